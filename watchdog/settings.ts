import { readFile } from 'node:fs/promises';
// The whole of zod would be half of what a Docker config holds.
import * as z from 'zod/mini';
import { secretNamesOf } from '../config/secret-names-of';
import { destinationsOf } from '../notify/destinations';
import type { Destinations } from '../notify/senders';
import type { QuietHours } from '../notify/quiet-hours';
import type { CheckOptions } from './check-edge';
import type { CloudflareOptions } from './cloudflare-api';
import type { Pool } from './pool';

/**
 * The watchdog's settings, as `components/watchdog.ts` writes them into a Docker config: plain values, and in the place of each
 * secret the path of the file that holds it.
 */
const settingsSchema = z.strictObject({
  /** The site that it runs at. */
  site: z.string(),
  pool: z.strictObject({
    hostnames: z.array(z.string()).check(z.minLength(1)),
    edges: z
      .array(
        z.strictObject({
          id: z.string(),
          site: z.string(),
          node: z.string(),
          addresses: z.array(z.string()).check(z.minLength(1)),
        }),
      )
      .check(z.minLength(1)),
    ttl: z.number(),
    proxied: z.boolean(),
  }),
  checks: z.strictObject({
    scheme: z.enum(['http', 'https']),
    port: z.number(),
    hostname: z.string(),
    paths: z.array(z.strictObject({ hostname: z.string(), path: z.string() })),
    /** Paths of PEM files. */
    ca: z.optional(z.string()),
    cert: z.optional(z.string()),
    key: z.optional(z.string()),
  }),
  cloudflare: z.strictObject({ zoneId: z.string(), apiUrl: z.optional(z.string()), token: z.string() }),
  messages: z.optional(
    z.strictObject({
      ntfy: z.optional(
        z.strictObject({ server: z.string(), topic: z.string(), token: z.optional(z.string()) }),
      ),
      pushover: z.optional(z.strictObject({ server: z.string(), token: z.string(), user: z.string() })),
      telegram: z.optional(z.strictObject({ server: z.string(), token: z.string(), chat: z.string() })),
      webhook: z.optional(z.strictObject({ url: z.string() })),
      email: z.optional(
        z.strictObject({
          server: z.string(),
          port: z.number(),
          tls: z.boolean(),
          user: z.optional(z.string()),
          password: z.optional(z.string()),
          from: z.string(),
          to: z.array(z.string()),
        }),
      ),
      quietHours: z.optional(z.strictObject({ from: z.string(), to: z.string(), timeZone: z.string() })),
      heartbeat: z.optional(z.strictObject({ url: z.string(), every: z.number() })),
    }),
  ),
});

/** The settings' file, as JSON. */
export type SettingsFile = z.output<typeof settingsSchema>;

/** What a watchdog runs with: the secrets read, so never to be printed. */
export interface Settings {
  site: string;
  pool: Pool;
  checks: CheckOptions;
  cloudflare: CloudflareOptions;
  destinations: Destinations;
  quietHours?: QuietHours;
  /** `every` in ms. */
  heartbeat?: { url: string; every: number };
}

/**
 * Reads the settings and the files of the secrets.
 * @throws Error naming the file, without any of its content
 */
export async function readSettings(path: string): Promise<Settings> {
  const parsed = z.safeParse(settingsSchema, JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole');
    throw new Error(`${path} is not as this watchdog knows it: ${where.join(', ')}`);
  }
  const { site, pool, checks, cloudflare, messages = {} } = parsed.data;
  const { quietHours, heartbeat } = messages;
  const [ca, cert, key] = await Promise.all([checks.ca, checks.cert, checks.key].map(optionalSecret));
  // In the settings, a path stands wherever the stack file has a secret's name.
  const paths = secretNamesOf(messages).map(({ name }) => name);
  const contents = new Map(await Promise.all(paths.map(async (path) => [path, await secret(path)] as const)));
  return {
    site,
    pool,
    checks: { ...checks, ca, cert, key },
    cloudflare: { ...cloudflare, token: await secret(cloudflare.token) },
    destinations: destinationsOf(messages, (path) => contents.get(path)!),
    quietHours,
    ...(heartbeat && { heartbeat: { ...heartbeat, url: await secret(heartbeat.url) } }),
  };
}

async function secret(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

async function optionalSecret(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await secret(path);
}
