import { otherSlot } from '../release/pointer';
import { clock } from './load/clock';
import type { LoadReport } from './load/load-report';
import { startLoad } from './load/start-load';
import type { Lab } from './lab';
import { sampleHost, type PulumiResult, type SiteStack, type StackConfig } from './site-stack';

/** The fewest requests that a release under load is judged by. */
export const fewestRequests = 20_000;

/** Requests a second, over all edges: as many as two cores serve beside three machines' daemons and Pulumi. */
const rate = 1500;

/** What came of one release under load. */
export interface ReleaseUnderLoad {
  from: string;
  to: string;
  load: LoadReport;
  /** Milliseconds between the first edge that was flipped and the last, as the switchover printed it. */
  spread?: number;
  /** Milliseconds that `pulumi up` took. */
  took: number;
  up: PulumiResult;
}

/**
 * Puts `version` into the idle slot and makes it live, by editing the config and one `pulumi up`, while clients with
 * kept-alive and with new connections send requests to every edge. An answer is wrong when it shows a version that
 * can't be live at that time: any but the two of this release, and the old one for a request sent after `up` ended.
 */
export async function releaseUnderLoad(
  lab: Lab,
  stack: SiteStack,
  config: StackConfig,
  version: string,
  requests = fewestRequests,
): Promise<ReleaseUnderLoad & { config: StackConfig }> {
  const shop = config.release.services['shop']!;
  const from = shop[shop.live]!.version;
  let upEnded = Infinity;
  const load = startLoad({
    targets: lab.machines.map(({ name, address }) => ({ name, origin: `http://${address}` })),
    host: sampleHost,
    keepAlive: 4,
    fresh: 1,
    rate,
    allowed: (shown, sentAt) => shown === version || (shown === from && sentAt <= upEnded),
  });
  const next = withRelease(stack, config, version);
  await stack.write(next);
  const began = clock();
  const up = await stack.up();
  const took = clock() - began;
  if (up.code === 0) {
    upEnded = clock();
    await load.until(Math.max(requests, load.requestsSent + rate));
  }
  const report = await load.stop();
  const spread = /spread between first and last edge ([\d.]+) ms/.exec(up.output)?.[1];
  return {
    from,
    to: version,
    load: report,
    spread: spread === undefined ? undefined : Number(spread),
    took,
    up,
    config: next,
  };
}

/** The config with `version` in the idle slot, and that slot live: what `prerelease` and `switch` make of it in two steps. */
export function withRelease(stack: SiteStack, config: StackConfig, version: string): StackConfig {
  const { generation, services } = config.release;
  const shop = services['shop']!;
  const idle = otherSlot(shop.live);
  const { replaced, ...rest } = shop;
  const next = { ...rest, [idle]: stack.release(version), live: idle, canary: 0, previous: shop[shop.live]! };
  return { ...config, release: { generation: generation + 1, services: { ...services, shop: next } } };
}
