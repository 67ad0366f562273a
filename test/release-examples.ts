import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { Refusal } from '../release/refusal';
import { deepFreeze } from './deep-freeze';
import { author, release } from './releases';

/** The versions of the examples. */
export const live = release('1.4.2', 'a');
export const candidate = release('1.5.0-rc.1', 'b');
export const another = release('1.5.0-rc.2', 'c');
/** `candidate` as it is called after `evenkeel release`. */
export const stable = release('1.5.0', 'b', '1.5.0-rc.1');

/** Only the first version, in blue. */
export const onlyLive: ServiceRelease = deepFreeze({ live: 'blue', canary: 0, blue: live });
/** The candidate beside it, in green. */
export const withCandidate: ServiceRelease = deepFreeze({ ...onlyLive, green: candidate });
/** The candidate with a share of the clients. */
export const withCanary: ServiceRelease = deepFreeze({ ...withCandidate, canary: 5 });
/** After the switch to the candidate. */
export const switched: ServiceRelease = deepFreeze({ ...withCandidate, live: 'green', previous: live });
/** After it, with a later candidate in blue. */
export const withNext: ServiceRelease = deepFreeze({ ...switched, blue: another, replaced: live });
/** The same on hold. */
export function onHold(shop: ServiceRelease): ServiceRelease {
  return deepFreeze({ ...shop, hold: { why: 'the fair', ...author } });
}

/** A service that nobody touches. */
export const blog: ServiceRelease = deepFreeze({ live: 'blue', canary: 0, blue: release('3.0.0', 'f') });

/** A config with these services, of generation 7. It is frozen: what changes it throws. */
export function config(services: Record<string, ServiceRelease>): ReleaseConfig {
  return deepFreeze({ generation: 7, services });
}

/** What a transition of a config with shop and blog made of the shop, and the new generation. */
export function shopOf({ generation, services }: ReleaseConfig): ServiceRelease & { generation: number } {
  expect(services['blog']).toBe(blog);
  return { generation, ...services['shop']! };
}

/** A command on the service shop. */
export type Command = (release: ReleaseConfig) => ReleaseConfig;

/** Expects that a command is refused with the whole of these words. Its input is frozen: nothing can have been changed. */
export function expectRefusal(
  command: Command,
  services: Record<string, ServiceRelease>,
  words: string,
): void {
  const before = config(services);
  expect(() => command(before)).toThrow(new Refusal(words));
  expect(() => command(before)).toThrow(Refusal);
}
