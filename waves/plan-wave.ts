import { Refusal } from '../release/refusal';
import type { Author } from '../release/transitions';
import { follows, type SiteView } from './site-view';
import { isWrittenOnly, type WaveAct } from './wave-act';
import { wantedRelease } from './wanted-release';

/** What one site needs next. */
export interface WaveStep {
  site: string;
  /** `edit`: its stack file has to be changed, and then brought about. `up`: the file says so already, the site does not do so yet. */
  needs: 'edit' | 'up';
}

/**
 * Which sites need what of an act, in the order of the sites; a site that has it is left out, so that the same command
 * goes on where it stopped. Empty: all have it. A wave does the first step, looks again, and plans anew: nothing of it is
 * kept anywhere but in the stack files and the sites.
 *
 * All that can be refused at any site is refused here, before the first one is touched.
 *
 * @param views the sites that have the service, in the order of a release. At least one.
 * @throws Refusal naming the site
 */
export function planWave(
  act: WaveAct,
  service: string,
  views: readonly SiteView[],
  author: Author,
): WaveStep[] {
  const first = views[0]!;
  const steps = views.flatMap((view): WaveStep[] => {
    const { site } = view;
    if (wantedRelease(act, service, view, first, author)) return [{ site, needs: 'edit' }];
    return isWrittenOnly(act) || follows(view) ? [] : [{ site, needs: 'up' }];
  });
  if (!isWrittenOnly(act)) refuseUnreachable(views, steps);
  return steps;
}

/** A wave that is known to stop half-way is not begun; nor is anything taken past a site of which nothing is known. */
function refuseUnreachable(views: readonly SiteView[], steps: readonly WaveStep[]): void {
  const away = views.filter(({ running }) => running === undefined).map(({ site }) => site);
  if (away.length === 0 || steps.length === 0) return;
  const others = views.filter(({ site }) => !away.includes(site)).map(({ site }) => site);
  throw new Refusal(
    `${away.join(' and ')} can't be reached, so the wave would stop there. ` +
      (others.length > 0
        ? `To do it elsewhere all the same, site by site: --stack ${others.join(', then --stack ')}. The same command without ` +
          `--stack then goes on at ${away.join(' and ')} when it is back.`
        : 'See: evenkeel status'),
  );
}
