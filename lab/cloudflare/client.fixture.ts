import Client, { type APIError } from 'cloudflare';
import { labToken } from './stand-in';
import { startCloudflare, type Cloudflare, type CloudflareOptions } from './start-cloudflare';

/** A stand-in and the official client that asks it. */
export interface ClientAndStandIn {
  cloudflare: Cloudflare;
  client: Client;
  /** The ID of the zone `example.com`. */
  zone: string;
}

const running: Cloudflare[] = [];

/** Starts a stand-in, and makes a client that asks once and no more. {@link stopAll} ends it. */
export async function startWithClient(options: CloudflareOptions = {}): Promise<ClientAndStandIn> {
  const cloudflare = await startCloudflare(options);
  running.push(cloudflare);
  const client = clientOf(cloudflare);
  const zones = await client.zones.list({ name: 'example.com' });
  cloudflare.standIn.forgetCalls();
  return { cloudflare, client, zone: zones.result[0]?.id ?? '' };
}

/** The official client for a stand-in. `maxRetries` is 0, so that each call is one. */
export function clientOf(cloudflare: Cloudflare, apiToken = labToken): Client {
  return new Client({ apiToken, baseURL: cloudflare.url, maxRetries: 0, timeout: 20_000 });
}

/** Ends what was started. */
export async function stopAll(): Promise<void> {
  for (const cloudflare of running.splice(0)) await cloudflare.stop();
}

/** The status and the API's errors of a call that must be refused. */
export async function refusalOf(call: PromiseLike<unknown>): Promise<{ status: unknown; errors: unknown }> {
  const error = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason as APIError,
  );
  if (error === undefined) throw new Error('The call was not refused.');
  return { status: error.status, errors: error.errors };
}
