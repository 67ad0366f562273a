import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretNamesOf } from '../config/secret-names-of';
import type { SiteConfig } from '../config/site-config';
import { threeNodes } from '../test/sites';
import { readSettings } from './settings';
import { settingsFile } from './settings-file';

const access = { zoneId: '0'.repeat(32), token: 'cloudflare-token', apiUrl: 'http://127.0.0.1:1/client/v4' };
const pool = {
  hostnames: ['shop.example.com'],
  edges: [{ site: 'home', node: 'pi1', addresses: ['203.0.113.7'] }],
  proxied: true,
  ttl: 60_000,
  check: { scheme: 'https' as const },
};
const messages: NonNullable<SiteConfig['messages']> = {
  ntfy: { server: 'https://ntfy.sh', topic: 'ntfy-topic', token: 'ntfy-token' },
  pushover: { server: 'https://api.pushover.net', token: 'push-token', user: 'push-user' },
  telegram: { server: 'https://api.telegram.org', token: 'bot-token', chat: '42' },
  webhook: { url: 'hook-url' },
  email: {
    server: 'smtp.example.com',
    port: 587,
    tls: false,
    user: 'me',
    password: 'mail-password',
    from: 'a@example.com',
    to: ['b@example.com'],
  },
  quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' },
  heartbeat: { url: 'beat-url', every: 60_000 },
};
const site = (more: Partial<SiteConfig> = {}) => ({ ...threeNodes(), pool, ...more });

describe('settingsFile', () => {
  it('asks the services of the pool’s names for their health, unless it is told what to ask for', () => {
    const { checks } = settingsFile(site(), access);
    expect(checks).toMatchObject({ scheme: 'https', port: 443, hostname: 'shop.example.com' });
    expect(checks.paths).toEqual([
      { hostname: 'shop.example.com', path: threeNodes().services[0]!.health.path },
    ]);
    const told = { scheme: 'http' as const, port: 8080, paths: [] };
    expect(settingsFile(site({ pool: { ...pool, check: told } }) as never, access).checks).toMatchObject(
      told,
    );
  });

  it('does not ask for a health path that the public does not reach', () => {
    const [service] = threeNodes().services;
    const hidden = { ...service!, paths: ['/api'], health: { ...service!.health, path: '/alive' } };
    expect(settingsFile(site({ services: [hidden] }) as never, access).checks.paths).toEqual([]);
  });

  it('has the automatic TTL for proxied records, and seconds for others', () => {
    expect(settingsFile(site(), access).pool.ttl).toBe(1);
    expect(settingsFile(site({ pool: { ...pool, proxied: false } }) as never, access).pool.ttl).toBe(60);
  });

  it('is the same whatever is released', () => {
    const now = threeNodes();
    const later = { ...now, release: { ...now.release, generation: now.release.generation + 1 } };
    expect(settingsFile({ ...later, pool }, access)).toEqual(settingsFile({ ...now, pool }, access));
  });

  it('is what the watchdog reads, with a file for every secret that messages name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-settings-'));
    try {
      const names = [access.token, ...secretNamesOf(messages).map(({ name }) => name)];
      for (const name of names) await writeFile(join(folder, name), `content of ${name}\n`);
      const text = JSON.stringify(settingsFile(site({ messages }), access));
      const file = join(folder, 'settings.json');
      await writeFile(file, text.replaceAll('/run/secrets', folder));
      const read = await readSettings(file);
      expect(read.cloudflare).toEqual({ ...access, token: 'content of cloudflare-token' });
      expect(read.destinations).toEqual({
        ntfy: { server: 'https://ntfy.sh', topic: 'content of ntfy-topic', token: 'content of ntfy-token' },
        pushover: {
          server: 'https://api.pushover.net',
          token: 'content of push-token',
          user: 'content of push-user',
        },
        telegram: { server: 'https://api.telegram.org', token: 'content of bot-token', chat: '42' },
        webhook: { url: 'content of hook-url' },
        email: { ...messages.email, password: 'content of mail-password' },
      });
      expect(read.heartbeat).toEqual({ url: 'content of beat-url', every: 60_000 });
      await writeFile(file, '{"site":"home"}');
      await expect(readSettings(file)).rejects.toThrow(
        `${file} is not as this watchdog knows it: pool, checks, cloudflare`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
