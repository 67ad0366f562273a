import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFile, generationPath } from '../../edge/edge-paths';
import { installPackages } from '../../lab/install-packages';
import { checkoutDirectory } from '../../lab/lab-directory';
import { must } from '../../lab/must';
import { installPlugin } from '../../lab/plugins/install';
import { sampleHost } from '../../lab/site-stack';
import type { SiteCertificates } from '../../status/certificates';
import { type KeyAndCertificate, newCertificate } from '../certificate';
import { TestSite } from './test-site';
import { askTls, startTlsVisitors } from './tls-visitors';
import { until } from './until';

/** Certificates from where they are made to where they are served, as the public sees it. */
describe('TLS', () => {
  let site: TestSite;
  let machines: string[];
  let directory: string;
  const authority = newCertificate({ names: ['pull-ca'], isAuthority: true });
  const puller = newCertificate({ names: ['puller'], issuer: authority });
  const file = (name: string) => join(directory, name);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'));
    site = await TestSite.standing('1.0.0');
    machines = site.lab.machines.map(({ name }) => name);
    await installPackages({ sslscan: 'sslscan' }, console.log);
    await installPlugin('tls', { pulumi: site.lab.pulumi, env: site.lab.pulumiEnv, log: console.log });
  }, 300_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  /** Puts a new certificate of the operator's own where the stack file says. @returns it. */
  function ownCertificate(): KeyAndCertificate & { serial: string } {
    const made = newCertificate({ names: [sampleHost], days: 90 });
    writeFileSync(file('site.pem'), made.certificate);
    writeFileSync(file('site.key'), made.key);
    chmodSync(file('site.key'), 0o600);
    return { ...made, serial: new X509Certificate(made.certificate).serialNumber };
  }

  const files = () => ({ certificate: file('site.pem'), key: file('site.key') });
  const editTls = (tls: object) => site.edit(({ edge }) => void (edge['tls'] = tls));

  /** The serial that each edge serves; undefined without an answer over TLS. */
  async function serials(): Promise<Record<string, string | undefined>> {
    const found = await Promise.all(
      machines.map(async (name) => {
        const { serial } = await askTls(site.address(name), sampleHost).catch(() => ({ serial: undefined }));
        return [name, serial] as const;
      }),
    );
    return Object.fromEntries(found);
  }
  const everywhere = (serial: string) => Object.fromEntries(machines.map((name) => [name, serial]));

  async function certs(): Promise<{ code: number; found: SiteCertificates }> {
    const { code, stdout } = await site.cli('certs', '--json');
    return { code, found: JSON.parse(stdout) as SiteCertificates };
  }

  /** A line of a key's PEM that is in nothing else. */
  const secretLine = ({ key }: KeyAndCertificate) => key.split('\n')[1]!;

  it('is served by all edges, and plain HTTP is sent on to it', async () => {
    const { serial } = ownCertificate();
    await editTls({ certificate: { files: files() } });
    const { output } = await site.up();
    expect(output).toMatch(/certificate: .*site\.pem has (89|90) days left/);
    expect(await serials()).toEqual(everywhere(serial));
    for (const name of machines) {
      expect((await site.ask(name)).status).toBe(308);
      expect((await site.ask(name, generationPath)).status).toBe(200);
    }
    const { code, found } = await certs();
    expect([code, found.ok, found.source]).toEqual([0, true, 'files']);
    expect(found.edges.map(({ edge, serial: each, names }) => [edge, each, names])).toEqual(
      machines.map((name) => [name, serial, [sampleHost]]),
    );
  }, 300_000);

  it('is renewed under load without a lost request, and its key is nowhere to be seen', async () => {
    const renewed = ownCertificate();
    const visitors = startTlsVisitors(
      machines.map((name) => site.address(name)),
      sampleHost,
    );
    let watching = true;
    const watched: string[] = [];
    const watch = async () => {
      while (watching) {
        const everybody = await Promise.all(
          machines.map((name) => site.lab.exec(name, ['ps', 'axwwe', '-o', 'args'])),
        );
        watched.push(...everybody.map(({ stdout }) => stdout), await must(['ps', 'axwwe', '-o', 'args']));
      }
    };
    const watcher = watch();
    const { output } = await site.up();
    watching = false;
    await watcher;
    const { answered, lost } = await visitors.stop();
    console.log(`renewed under load: ${answered} requests over TLS answered, ${lost.length} lost`);
    expect([...new Set(lost)]).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    expect(await serials()).toEqual(everywhere(renewed.serial));

    const secret = secretLine(renewed);
    expect(watched.join('\n')).not.toContain(secret);
    expect(watched.join('\n')).toContain('haproxy');
    expect(output).not.toContain(secret);
    const state = await must(
      [site.lab.pulumi, 'stack', 'export', '--stack', site.stack.name, '--cwd', checkoutDirectory],
      { env: site.lab.pulumiEnv },
    );
    expect(state).toContain('certificate-delivery');
    expect(state).not.toContain(secret);
    expect(await site.docker('service', 'inspect', 'evenkeel-edge')).not.toContain(secret);
    for (const name of machines) {
      expect(await site.dockerOn(name, 'inspect', await site.edgeContainer(name))).not.toContain(secret);
      const { stdout } = await site.lab.exec(name, ['stat', '-c', '%a %u:%g', certificateFile]);
      expect(stdout.trim()).toBe('600 99:99');
      expect((await site.lab.exec(name, ['cat', certificateFile])).stdout).toContain(secret);
    }
    const logs = await site.logsOf('evenkeel-edge');
    expect(logs).toContain('New worker');
    expect(logs).not.toContain(secret);
  }, 300_000);

  it('is what an edge is born with that was killed', async () => {
    const before = await serials();
    const edge = machines[0]!;
    const old = await site.edgeContainer(edge);
    await site.dockerOn(edge, 'kill', old);
    await until(
      'another container answers',
      () => site.edgeContainer(edge),
      (id) => id !== '' && id !== old,
    );
    await until('all serve it', serials, (seen) => JSON.stringify(seen) === JSON.stringify(before));
  }, 300_000);

  it('reaches a machine that was away once it is back', async () => {
    const away = machines.at(-1)!;
    const old = (await serials())[away]!;
    await site.lab.stop(away);
    let serial: string;
    try {
      ({ serial } = ownCertificate());
      const { output } = await site.up();
      expect(output).toContain(`${away}: left out, gets it by the next pulumi up after its return`);
      expect(await serials()).toEqual({ ...everywhere(serial), [away]: undefined });
    } finally {
      await site.lab.start(away);
    }
    await until('it serves what it had', serials, (seen) => seen[away] === old);
    expect((await certs()).code).toBe(1);
    await site.up();
    expect(await serials()).toEqual(everywhere(serial));
    expect((await certs()).code).toBe(0);
  }, 300_000);

  it('has no weak protocol and no weak cipher, by sslscan', async () => {
    for (const name of machines) {
      const stdout = await must([
        'sslscan',
        '--no-colour',
        '--xml=-',
        `--sni-name=${sampleHost}`,
        `${site.address(name)}:443`,
      ]);
      const protocols = [...stdout.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)];
      expect(protocols.map(([, type, version]) => `${type} ${version}`)).toEqual(['tls 1.2', 'tls 1.3']);
      const ciphers = [...stdout.matchAll(/<cipher status="(?:accepted|preferred)"[^>]*strength="(\w+)"/g)];
      expect(ciphers.length).toBeGreaterThan(3);
      expect(ciphers.filter(([, strength]) => !['strong', 'acceptable'].includes(strength!))).toEqual([]);
      expect(stdout).not.toMatch(/heartbleed[^>]*vulnerable="1"|compression supported="1"/);
    }
  }, 300_000);

  it('is refused to a client without the certificate of origin pulls, once that is asked for', async () => {
    writeFileSync(file('ca.pem'), authority.certificate);
    await editTls({ certificate: { files: files() }, originPulls: { caFile: file('ca.pem') } });
    await site.up();
    const shown = { cert: puller.certificate, key: puller.key };
    for (const name of machines) {
      expect((await askTls(site.address(name), sampleHost, shown)).status).toBe(200);
      await expect(askTls(site.address(name), sampleHost)).rejects.toThrow(/alert|ECONNRESET|hang up/);
      expect((await site.ask(name)).status).toBe(308);
    }
    expect((await certs()).code).toBe(0);
  }, 300_000);

  it('is made here where nobody has one, and made anew when it runs out', async () => {
    await editTls({ certificate: { selfSigned: { validity: 60 } } });
    await site.up();
    const first = await serials();
    const [serial] = [...new Set(Object.values(first))];
    expect(first).toEqual(everywhere(serial!));
    const preview = await site.stack.preview();
    expect(preview.output).toMatch(/certificate: (59|60) days left; a new one is made with fewer than 30/);
    expect(preview.output).toMatch(/\d+ unchanged/);
    const visitors = startTlsVisitors(
      machines.map((name) => site.address(name)),
      sampleHost,
    );
    await editTls({ certificate: { selfSigned: { validity: 90 } }, renewBefore: 75 });
    expect((await certs()).code).toBe(1);
    await site.up();
    const { lost } = await visitors.stop();
    expect([...new Set(lost)]).toEqual([]);
    const second = await serials();
    const [renewed] = [...new Set(Object.values(second))];
    expect(second).toEqual(everywhere(renewed!));
    expect(renewed).not.toBe(serial);
    expect((await certs()).code).toBe(0);
  }, 300_000);

  it('is gone, its key too, when the config has it no more', async () => {
    await site.edit(({ edge }) => void delete edge['tls']);
    await site.up();
    expect(await serials()).toEqual(Object.fromEntries(machines.map((name) => [name, undefined])));
    expect(await site.versions()).toEqual(site.everywhere(site.liveVersion));
    for (const name of machines)
      expect((await site.lab.exec(name, ['cat', certificateFile])).code).not.toBe(0);
  }, 300_000);
});
