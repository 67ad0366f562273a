import { createPublicKey, X509Certificate } from 'node:crypto';
import Client from 'cloudflare';
import type { CloudflareConfig } from '../../config/site-config';
import { startLabCloudflare } from '../../lab/cloudflare/lab-cloudflare';
import type { Cloudflare } from '../../lab/cloudflare/start-cloudflare';
import { allPermissions } from '../../lab/cloudflare/state';
import { readLab, type Lab } from '../../lab/lab';
import { CloudflareProject } from './cloudflare-project';

/** Nobody's; looked for in what is kept, where it must not be. */
const token = 'token-that-nobody-may-read-4711';

describe('a zone at Cloudflare, with the real engine, the plugins and the lab’s API', () => {
  let lab: Lab;
  let cloudflare: Cloudflare;
  let project: CloudflareProject;
  let section: CloudflareConfig;
  let client: Client;

  const setting = async (id: string) =>
    ((await client.zones.settings.get(id, { zone_id: section.zoneId })) as { value: unknown }).value;
  const settings = () => Promise.all(['ssl', 'min_tls_version', 'always_use_https'].map(setting));
  const up = async (more: string[] = [], edits: Partial<CloudflareConfig['settings']> = {}) => {
    const config = { ...section, settings: { ...section.settings, ...edits } };
    const { code, stdout, stderr } = await project.pulumi(['up', '--yes', '--skip-preview', ...more], config);
    expect([code, stdout, stderr]).toEqual([0, stdout, stderr]);
    return stdout;
  };
  const outputs = async () => {
    const { stdout } = await project.pulumi(['stack', 'output', '--json'], section);
    return JSON.parse(stdout) as { certificate: string; publicKey: string };
  };

  beforeAll(async () => {
    const found = await readLab();
    if (!found) throw new Error('the lab is not up; run: ./evenkeel lab up');
    lab = found;
    cloudflare = await startLabCloudflare(lab, { tokens: { [token]: allPermissions } });
    client = new Client({ apiToken: token, baseURL: cloudflare.url });
    const zones = await client.zones.list({ name: 'example.com' });
    section = {
      zone: 'example.com',
      zoneId: zones.result[0]!.id,
      token: 'cloudflare-token',
      apiUrl: cloudflare.url,
      settings: { ssl: 'strict', minTlsVersion: '1.2', alwaysUseHttps: 'on', originPulls: 'leave' },
    };
    project = new CloudflareProject(lab, token);
  }, 300_000);

  afterAll(async () => {
    await project?.remove();
    await cloudflare?.stop();
  }, 300_000);

  it('is reached by the machines of the lab', async () => {
    const { stdout } = await lab.exec('pi1', ['curl', '-sS', '--max-time', '10', `${cloudflare.url}/ips`]);
    expect(JSON.parse(stdout)).toMatchObject({ success: true });
  }, 300_000);

  it('gets its settings and an origin certificate for a key that Pulumi keeps encrypted', async () => {
    await up();
    expect(await settings()).toEqual(['strict', '1.2', 'on']);
    const { certificate, publicKey } = await outputs();
    const issued = new X509Certificate(certificate);
    const ca = new X509Certificate(cloudflare.standIn.certificateAuthority());
    expect(issued.verify(ca.publicKey)).toBe(true);
    expect(issued.checkHost('shop.example.com')).toBe('*.example.com');
    expect(issued.publicKey.equals(createPublicKey(publicKey))).toBe(true);

    const { stdout: state } = await project.pulumi(['stack', 'export'], section);
    expect(state).toContain('OriginCaCertificate');
    expect(state).not.toContain('PRIVATE KEY');
    expect(state).not.toContain(token);
  }, 300_000);

  it('has nothing to do the second time', async () => {
    const before = await outputs();
    expect(await up()).toMatch(/\b\d+ unchanged/);
    expect(await outputs()).toEqual(before);
  }, 300_000);

  it('is put right after somebody changed it by hand, but for what is left alone', async () => {
    const { zoneId } = section;
    await client.zones.settings.edit('min_tls_version', { zone_id: zoneId, value: '1.0' });
    await client.zones.settings.edit('always_use_https', { zone_id: zoneId, value: 'off' });
    await up(['--refresh'], { alwaysUseHttps: 'leave' });
    expect(await settings()).toEqual(['strict', '1.2', 'off']);
  }, 300_000);

  it('stops an up while the API fails, and is as wanted after the next one', async () => {
    // The client of the plugin tries again by itself; three attempts in all.
    cloudflare.standIn.addFault({ kind: 'status', status: 500, method: 'PATCH' });
    const wanted = { ...section, settings: { ...section.settings, minTlsVersion: '1.3' as const } };
    const failed = await project.pulumi(['up', '--yes', '--skip-preview'], wanted);
    expect(failed.code).not.toBe(0);
    expect(`${failed.stdout}${failed.stderr}`).toContain('An unknown error has occurred. (10013)');
    cloudflare.standIn.clearFaults();
    await up([], { minTlsVersion: '1.3' });
    expect(await settings()).toEqual(['strict', '1.3', 'on']);
  }, 300_000);

  it('keeps its settings when the stack goes, and has its certificate revoked', async () => {
    const { code, stdout } = await project.pulumi(['destroy', '--yes', '--skip-preview'], section);
    expect([code, stdout]).toEqual([0, stdout]);
    expect(await settings()).toEqual(['strict', '1.3', 'on']);
    const left = await client.originCACertificates.list({ zone_id: section.zoneId });
    expect(left.result).toEqual([]);
  }, 300_000);
});
