import * as docker from '@pulumi/docker';
import type { SiteConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { type ProgramRun, runProgram, Secret } from '../test/registrations';
import { threeNodes } from '../test/sites';
import { Watchdog, type WatchdogArgs } from './watchdog';

const site: WatchdogArgs['site'] = {
  ...threeNodes(),
  pool: {
    hostnames: ['shop.example.com'],
    edges: [{ site: 'home', node: 'pi1', addresses: ['203.0.113.7'] }],
    proxied: true,
    ttl: 60_000,
    check: { scheme: 'https' },
  },
  watchdog: { image: `node:22-bookworm-slim@${digestOf('d')}`, memory: 64 * 1024 * 1024 },
  messages: { ntfy: { server: 'https://ntfy.sh', topic: 'ntfy-topic' } },
};
const secrets = {
  'cloudflare-token': 'the token',
  'ntfy-topic': 'the topic',
  'shop-db-password': 'no business',
};

function deploy(args: Partial<WatchdogArgs> = {}): Promise<ProgramRun> {
  return runProgram('home', () => {
    const provider = new docker.Provider('swarm', { host: 'ssh://root@192.168.1.11' });
    const cloudflare = { zoneId: '0'.repeat(32), token: 'cloudflare-token' };
    new Watchdog('watchdog', {
      site,
      cloudflare,
      files: { program: 'the program' },
      secrets,
      provider,
      ...args,
    });
  });
}

const named = ({ registrations }: ProgramRun, name: string) => {
  const found = registrations.find((each) => each.name === name && !each.type.startsWith('evenkeel:'));
  if (!found) throw new Error(`${name} is not registered`);
  return found;
};

describe('Watchdog', () => {
  it('is one task of Node with its program and settings as configs, and only its own secrets', async () => {
    const run = await deploy();
    expect(run.registrations.map(({ key }) => key.replace(/^\S+:/, ''))).toEqual([
      'Secret watchdog-cloudflare-token',
      'Secret watchdog-ntfy-topic',
      'Service evenkeel-watchdog',
      'ServiceConfig watchdog-settings.json',
      'ServiceConfig watchdog-watchdog.js',
      'Watchdog watchdog',
      'docker swarm',
    ]);
    const { inputs, provider } = named(run, 'evenkeel-watchdog');
    expect(provider).toContain('swarm');
    expect(inputs).toMatchObject({
      name: 'evenkeel-watchdog',
      mode: { replicated: { replicas: 1 } },
      updateConfig: { order: 'stop-first' },
      taskSpec: {
        containerSpec: {
          image: site.watchdog.image,
          user: '65534:65534',
          readOnly: true,
          capDrops: ['ALL'],
          configs: [{ fileName: '/etc/evenkeel/watchdog.js' }, { fileName: '/etc/evenkeel/settings.json' }],
          secrets: [
            { fileName: '/run/secrets/cloudflare-token', fileMode: 0o400, fileUid: '65534' },
            { fileName: '/run/secrets/ntfy-topic' },
          ],
        },
        resources: { limits: { memoryBytes: 64 * 1024 * 1024 } },
      },
    });
  });

  it('has the CA that it believes and its own certificate as configs, and the key of that as a secret', async () => {
    const check = {
      scheme: 'https' as const,
      caFile: '~/tls/ca.pem',
      clientCertificate: { certificate: '~/tls/watchdog.pem', key: 'watchdog-key' },
    };
    const run = await deploy({
      site: { ...site, pool: { ...site.pool, check } },
      files: { program: 'the program', ca: 'the CA', certificate: 'the certificate' },
      secrets: { ...secrets, 'watchdog-key': 'the key' },
    });
    expect(named(run, 'evenkeel-watchdog').inputs).toMatchObject({
      taskSpec: {
        containerSpec: {
          configs: ['watchdog.js', 'settings.json', 'ca.pem', 'certificate.pem'].map((file) => ({
            fileName: `/etc/evenkeel/${file}`,
          })),
          secrets: ['cloudflare-token', 'ntfy-topic', 'watchdog-key'].map((name) => ({
            fileName: `/run/secrets/${name}`,
          })),
        },
      },
    });
    const settings = named(run, 'watchdog-settings.json').inputs['data'] as string;
    expect(JSON.parse(Buffer.from(settings, 'base64').toString())).toMatchObject({
      checks: {
        ca: '/etc/evenkeel/ca.pem',
        cert: '/etc/evenkeel/certificate.pem',
        key: '/run/secrets/watchdog-key',
      },
    });
  });

  it('has no secret in plain: neither in a config nor in a name', async () => {
    const run = await deploy();
    const data = named(run, 'watchdog-cloudflare-token').inputs['data'];
    expect(data).toEqual(new Secret(Buffer.from('the token').toString('base64')));
    const plain = JSON.stringify(
      run.registrations.map(({ inputs }) =>
        Object.fromEntries(Object.entries(inputs).filter(([, value]) => !(value instanceof Secret))),
      ),
    );
    for (const content of Object.values(secrets)) {
      expect(plain).not.toContain(content);
      expect(plain).not.toContain(Buffer.from(content).toString('base64').replace(/=+$/, ''));
    }
  });

  it('gets new names with new contents, since Swarm can change neither a config nor a secret', async () => {
    const nameOf = async (resource: string, args: Partial<WatchdogArgs> = {}) => {
      const { inputs, deleteBeforeReplace } = named(await deploy(args), resource);
      expect(deleteBeforeReplace).toBe(false);
      return inputs['name'] as string;
    };
    const program = await nameOf('watchdog-watchdog.js');
    expect(program).toMatch(/^evenkeel-watchdog-watchdog\.js-[0-9a-f]{12}$/);
    expect(await nameOf('watchdog-watchdog.js', { files: { program: 'another' } })).not.toBe(program);
    const settings = await nameOf('watchdog-settings.json');
    expect(await nameOf('watchdog-settings.json', { files: { program: 'another' } })).toBe(settings);
    const other: SiteConfig = { ...site, pool: { ...site.pool, proxied: false } };
    expect(await nameOf('watchdog-settings.json', { site: other as WatchdogArgs['site'] })).not.toBe(
      settings,
    );
    const token = await nameOf('watchdog-cloudflare-token');
    const rotated = { ...secrets, 'cloudflare-token': 'a new token' };
    expect(await nameOf('watchdog-cloudflare-token', { secrets: rotated })).not.toBe(token);
  });
});
