import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { readingOf, siteWith, switched } from './reading.fixture';
import type { EdgeReading, SiteReading, SwarmReading } from './site-reading';
import { siteStatus, type SiteStatus } from './site-status';

/** For specs: a reading whose Swarm was read, to be changed. */
export type WholeReading = SiteReading & { swarm: SwarmReading };

/** For specs: `switched` with changes of what it says of the service shop. */
export function release(generation: number, shop: Partial<ServiceRelease>): ReleaseConfig {
  return { generation, services: { shop: { ...switched.services['shop']!, ...shop } } };
}

/** For specs: the status of a site on which `runs` was brought about, that has changed since, and that has the config `wants`. */
export function statusOf(
  change: (reading: WholeReading) => void = () => undefined,
  wants: ReleaseConfig = switched,
  runs: ReleaseConfig = switched,
): SiteStatus {
  return siteStatus(siteWith(wants), readingAfter(runs, change));
}

/** For specs: what is read of a site on which `runs` was brought about, and that has changed since. */
export function readingAfter(runs: ReleaseConfig, change: (reading: WholeReading) => void): SiteReading {
  const reading = structuredClone(readingOf(siteWith(runs))) as WholeReading;
  change(reading);
  return reading;
}

/** For specs: one edge of a reading. */
export function edgeIn(reading: SiteReading, node: string): EdgeReading {
  return reading.edges.find((each) => each.node === node)!;
}
