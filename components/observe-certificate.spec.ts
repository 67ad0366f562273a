import type { CertificateConfig } from '../config/site-config';
import { type CertificateFacts, factsOfPem } from '../edge/certificate-facts';
import { certificateLabel, formatCertificateLabel } from '../edge/certificate-label';
import { certificateFile } from '../edge/edge-paths';
import { MasterCli } from '../edge/master-cli.fixture';
import type { SiteState } from '../edge/site-state';
import { newCertificate } from '../test/certificate';
import { threeNodes, tlsWith } from '../test/sites';
import { observeCertificate } from './observe-certificate';

const issued = newCertificate({ names: ['shop.example.com'], days: 90 });
const facts = factsOfPem(issued.certificate);
const day = 86_400_000;
/** So many days before it ends. */
const daysBefore = (days: number) => new Date(Date.parse(facts.notAfter) - days * day);

/** What HAProxy says of a certificate that it serves (recorded: edge/certificate-facts.spec.ts). */
const served = ({ serial, fingerprint, names, notBefore, notAfter }: CertificateFacts) =>
  `Status: Used\nSerial: ${serial}\nnotBefore: ${notBefore}\nnotAfter: ${notAfter}\n` +
  `Subject Alternative Name: ${names.map((name) => `DNS:${name}`).join(', ')}\nSHA1 FingerPrint: ${fingerprint}\n\n`;

describe('observeCertificate', () => {
  let edge: MasterCli;
  const unreachable = 'pi3';
  const contact = {
    session: (name: string) =>
      name === unreachable ? Promise.reject(new Error('no SSH within 5 s')) : Promise.resolve(edge.session),
  };
  beforeAll(async () => void (edge = await MasterCli.start()));
  beforeEach(() => edge.reset());
  afterAll(() => edge.close());

  function siteWith(certificate: CertificateConfig) {
    const site = threeNodes();
    return { ...site, edge: { ...site.edge, tls: tlsWith(certificate) } };
  }

  /** A site whose label wants the certificate, with these edges. */
  const running = (edges: { name: string; state?: 'ready' | 'down' }[]) =>
    ({
      edgeService: {
        labels: {
          [certificateLabel]: formatCertificateLabel({ source: 'cloudflare', made: '2026-11-28', ...facts }),
        },
      },
      edges: edges.map(({ name, state = 'ready' }) => ({ name, swarmNode: { state } })),
    }) as unknown as SiteState;

  const cloudflare = { cloudflare: { validity: 90 } };
  const observe = (
    state: SiteState | undefined,
    now = daysBefore(60),
    config: CertificateConfig = cloudflare,
  ) => observeCertificate(siteWith(config), {}, state, contact, now);

  it('plans the first one before the first deploy, and asks no edge', async () => {
    const { plan, drift } = await observe(undefined, new Date('2026-11-28T12:00:00Z'));
    expect(plan).toEqual({
      made: '2026-11-28',
      news: 'certificate: the first one from cloudflare is made',
    });
    expect(drift).toBe('');
    expect(edge.asked).toEqual([]);
  });

  it('has nothing to say of edges that serve what the label wants', async () => {
    edge.answers = { [`@1 show ssl cert ${certificateFile}\n`]: served(facts) };
    const { plan, drift } = await observe(running([{ name: 'pi1' }, { name: 'pi2' }]));
    expect(plan).toMatchObject({
      made: '2026-11-28',
      news: expect.stringContaining('60 days left') as string,
    });
    expect(drift).toBe('');
  });

  it.each<[string, string, string]>([
    ['serves another one', 'pi1', served({ ...facts, serial: '01', fingerprint: '00' })],
    ['serves none', 'pi1', "Can't display the certificate: Not found or the certificate is a bundle!\n\n"],
    ["can't be asked", unreachable, served(facts)],
  ])('sees an edge that %s', async (_, name, answer) => {
    edge.answers = { [`@1 show ssl cert ${certificateFile}\n`]: answer };
    expect((await observe(running([{ name }]))).drift).toMatch(/^[0-9a-f]+$/);
  });

  it('does not wait for a machine that is Down', async () => {
    expect((await observe(running([{ name: unreachable, state: 'down' }]))).drift).toBe('');
  });

  it("leaves the renewal of the operator's own to the operator, and says when it is due", async () => {
    const files = { certificate: '~/tls/fullchain.pem', key: '~/tls/privkey.pem' };
    const newsAt = async (now: Date) =>
      (await observeCertificate(siteWith({ files }), { own: issued }, undefined, contact, now)).plan.news;
    expect(await newsAt(daysBefore(60))).toBe('certificate: ~/tls/fullchain.pem has 60 days left');
    expect(await newsAt(daysBefore(29))).toBe(
      'certificate: ~/tls/fullchain.pem has 29 days left, fewer than 30 (renewBefore): put a new one there',
    );
    expect(await newsAt(daysBefore(-1))).toBe(
      `certificate: ~/tls/fullchain.pem ended on ${facts.notAfter}: put a new one there`,
    );
  });
});
