import type { SiteConfig } from '../config/site-config';
import { DrillSite, type DrillGround } from './drill-site';

/** What `evenkeel drill --stack` is told of a site. */
export interface StackDrillOptions {
  /** Default: the only service. */
  service?: string;
  /** What the load asks for; default: the path of the service's health check. */
  path?: string;
  /** A version with a prerelease tag that is well. */
  candidate?: string;
  /** Requests a second. */
  rate: number;
}

/**
 * Without syncing or stopping anything, and with a boot after it: what `reboot -ff` does (reboot(8) of systemd and of
 * sysvinit). Begins a second later, so that the answer to this gets through.
 */
const powerCut = `command -v reboot >/dev/null || { echo 'this machine has no reboot' >&2; exit 1; }
setsid sh -c 'sleep 1; reboot --force --force || reboot -n -f' </dev/null >/dev/null 2>&1 &
`;

/**
 * A user's own site, over nothing but SSH.
 *
 * @param environment what tells `./evenkeel` which stack it is about.
 * @throws Error when the service must be named.
 */
export function stackSite(
  config: SiteConfig,
  environment: Record<string, string>,
  { service: name, path, candidate, rate }: StackDrillOptions,
  power: DrillGround['power'] = { cut: async (site, machine) => void (await site.on(machine, powerCut)) },
): DrillSite {
  const names = config.services.map(({ name }) => name);
  const service = config.services.find((each) => each.name === (name ?? names[0]));
  if (!service) throw new Error(`evenkeel:services has no ${name}; it has ${names.join(', ')}.`);
  if (!name && names.length > 1)
    throw new Error(`Which service is the load to ask? Say --service with one of: ${names.join(', ')}.`);
  return new DrillSite(config, {
    service: service.name,
    path: path ?? service.health.path,
    candidates: candidate ? [candidate] : [],
    environment,
    rate,
    wholeWithin: 420_000, // a Raspberry Pi 4 with a slow card boots in about a minute, and may check its disk before
    power,
  });
}
