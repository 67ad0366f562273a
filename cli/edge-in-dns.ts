import type { SiteConfig } from '../config/site-config';
import type { EdgeInDns } from '../machine/leave-dns';
import { CallBudget } from '../watchdog/call-budget';
import { cloudflareApi } from '../watchdog/cloudflare-api';
import type { DnsApi } from '../watchdog/dns-api';
import { poolOf } from '../watchdog/settings-file';
import type { StackPlace } from './converge';
import { readSecret } from './read-secret';

/**
 * The edge of a node as one of the site's pool; undefined where it is none. The token is read when the records are asked for
 * first: Pulumi takes a second or two for it, and may lack the passphrase.
 */
export function edgeInDns(
  place: StackPlace,
  { site, pool: config, cloudflare }: SiteConfig,
  node: string,
): EdgeInDns | undefined {
  if (!config || !cloudflare) return undefined;
  const pool = poolOf(config);
  const edge = pool.edges.find((each) => each.site === site && each.node === node);
  if (!edge) return undefined;
  let api: Promise<DnsApi> | undefined;
  const open = async () => {
    const token = await readSecret(place, cloudflare.token);
    return cloudflareApi({ ...cloudflare, token }, new CallBudget(Date.now));
  };
  return { pool, edge, ours: async () => (await (api ??= open())).ours() };
}
