import type { SiteConfig } from '../config/site-config';
import { factsOfPem } from '../edge/certificate-facts';
import { certificateFile } from '../edge/edge-paths';
import { SshSession } from '../remote/ssh-session';
import { newCertificate } from '../test/certificate';
import { threeNodes, tlsWith } from '../test/sites';
import { SshServer } from '../test/ssh-server';
import { copyCertificate } from './copy-certificate';

const served = newCertificate({ names: ['shop.example.com'] });
const tls = tlsWith({ selfSigned: { validity: 90 } });

describe('copyCertificate', () => {
  const site: SiteConfig = { ...threeNodes(), edge: { ...threeNodes().edge, tls } };
  const [pi1] = site.nodes;
  let servers: Record<string, SshServer>;
  let written: string[];

  beforeEach(async () => {
    written = [];
    servers = {
      pi1: await SshServer.start({
        exec: (command, stdin) => {
          if (command.includes(`cat >${certificateFile}.next`)) written.push(stdin);
          return {};
        },
      }),
      pi3: await SshServer.start({
        exec: (_, stdin) =>
          stdin === `cat ${certificateFile}` ? { stdout: served.certificate + served.key } : { code: 1 },
      }),
    };
  });
  afterEach(() => Promise.all(Object.values(servers).map((server) => server.close())));

  const contact = {
    session: (name: string) =>
      servers[name] ? SshSession.open(servers[name].target()) : Promise.reject(new Error(`${name} is away`)),
  };

  it('takes it from the first edge that can be reached', async () => {
    const { serial } = factsOfPem(served.certificate);
    expect(await copyCertificate(site, pi1!, contact)).toBe(
      `pi1: has the certificate of pi3, serial ${serial}`,
    );
    expect(written).toEqual([served.certificate + served.key]);
  });

  it('says so when no edge has one', async () => {
    await servers['pi3']!.close();
    delete servers['pi3'];
    expect(await copyCertificate(site, pi1!, contact)).toBe(
      'pi1: no other edge could give it the certificate; the next pulumi up brings it',
    );
    expect(written).toEqual([]);
  });

  it('does nothing for a site without TLS, or for a machine that is no edge', async () => {
    expect(await copyCertificate(threeNodes(), pi1!, contact)).toBeUndefined();
    expect(await copyCertificate(site, { ...pi1!, roles: ['worker'] }, contact)).toBeUndefined();
  });
});
