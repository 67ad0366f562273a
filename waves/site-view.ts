import type { ReleaseConfig } from '../config/site-config';
import { formatPointer, pointerFromConfig, type Pointer } from '../release/pointer';

/** What is known of one of several sites: what its stack file wants, and what runs. All that a wave goes by. */
export interface SiteView {
  /** The site's name. */
  site: string;
  /** What its stack file says. */
  release: ReleaseConfig;
  /**
   * The pointers of the label and of each edge that answers, as far as they could be read; empty: nothing runs yet.
   * Undefined: nobody of this site can be reached.
   */
  running: readonly Pointer[] | undefined;
}

/** Whether all that could be read of a site is what its stack file says. */
export function follows({ release, running }: SiteView): boolean {
  const wanted = formatPointer(pointerFromConfig(release));
  return (
    running !== undefined &&
    running.length > 0 &&
    // Nodes that are just rolling are no finished release, so what is under way counts as a difference.
    running.every((pointer) => formatPointer(pointer) === wanted)
  );
}
