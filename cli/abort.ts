import { abort, setCanary } from '../release/transitions';
import { author } from './author';
import { changeRelease, type ChangeOptions, type Output } from './change-release';
import { openProject } from './project';

/**
 * Takes a candidate away. Clients of its canary share are taken back first, by an `up` of its own: a slot that serves
 * clients can't be changed.
 */
export async function takeAway(service: string, options: ChangeOptions, output: Output): Promise<void> {
  const share = (await openProject(options)).release.services[service]?.canary ?? 0;
  if (share > 0) {
    const { change } = await changeRelease(
      {
        did: 'abort',
        service,
        change: (release) => setCanary(release, service, 0, author(), 'abort'),
      },
      options,
      output,
    );
    if (options.configOnly)
      return output.done(change, [
        `${share} % of the clients are taken back first. When this has been applied, say it again: evenkeel abort ${service}`,
      ]);
  }
  const { change, site } = await changeRelease(
    { did: 'abort', service, change: (release) => abort(release, service, author()) },
    share > 0 ? { ...options, yes: true } : options,
    output,
  );
  const { live, ...slots } = site.release.services[service]!;
  output.done(change, [`${service}: the candidate is gone; ${slots[live]!.version} is live as before`]);
}
