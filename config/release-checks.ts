import { formatKeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import { nearest } from './nearest';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

type Stack = Parts<StackConfig>;

/** Each service has its entry in `evenkeel:release`, and each entry its service. */
export function releaseForEachService({ services, release }: Stack): Mistake[] {
  const names = services?.map((service) => service?.name);
  const entries = release?.services && Object.keys(release.services);
  if (!names?.length || entries === undefined) return [];
  const missing = names.flatMap((name, index) => {
    if (name === undefined || entries.includes(name)) return [];
    const owner = formatKeyPath(['services', index, 'name']);
    const remedy = `Add it: \`${name}: { live: blue, blue: { version: …, digest: … } }\`.`;
    return [
      mistake(
        ['release', 'services', name],
        undefined,
        `an entry for each service (${owner} is ${name})`,
        remedy,
      ),
    ];
  });
  // An entry may belong to a service whose name could not be read: that mistake comes first.
  if (names.includes(undefined)) return missing;
  const known = names.filter((name) => name !== undefined);
  const extra = entries.filter((name) => !known.includes(name));
  return [
    ...missing,
    ...extra.map((name) => {
      const meant = nearest(name, known);
      const remedy =
        meant === undefined ? 'Remove the entry, or add the service.' : `Did you mean \`${meant}\`?`;
      return mistake(
        ['release', 'services', name],
        name,
        `the name of a service: ${known.join(', ')}`,
        remedy,
      );
    }),
  ];
}

/** The slot that serves the public has a release, and so has the idle slot when it gets a share of the requests. */
export function slotsFilled({ release }: Stack): Mistake[] {
  return Object.entries(release?.services ?? {}).flatMap(([name, entry]) => {
    const live = entry?.live;
    if (entry === undefined || live === undefined) return [];
    const idle = live === 'blue' ? 'green' : 'blue';
    const at = (key: string) => ['release', 'services', name, key];
    // `in`, not a comparison with undefined: a release that is there and wrong is not a missing one.
    const found: Mistake[] = [];
    if (!(live in entry)) {
      const remedy = `Add \`${live}: { version: …, digest: … }\`, or make ${idle} live.`;
      found.push(mistake(at(live), undefined, `a release, since ${live} is live`, remedy));
    }
    if (entry.canary && !(idle in entry)) {
      const remedy = `Set canary to 0, or run \`evenkeel prerelease ${name} <version>\`.`;
      found.push(mistake(at('canary'), entry.canary, `0 while the idle slot ${idle} has no release`, remedy));
    }
    return found;
  });
}
