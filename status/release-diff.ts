import type { Release, SiteConfig } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { painter } from './paint';
import { pointerDifferences } from './pointer-differences';
import { withShortDigests, type TextOptions } from './short-text';
import { runningPointer, type SiteReading } from './site-reading';

/** What the config's release wants otherwise than what runs. */
export interface ReleaseDiff {
  site: string;
  /** Generation of the config. */
  wanted: number;
  /** Generation that runs; undefined: nothing runs, or nobody could be asked. */
  running?: number;
  /** As `shop.live: blue -> green`, sorted, without the generation; digests are whole. */
  lines: string[];
  /** Why nothing or not all is known of what runs; undefined: the label was read. */
  unknown?: string;
}

/** Compares the config with the newest pointer that the label or an edge's map has. */
export function releaseDiff(
  config: Pick<SiteConfig, 'site' | 'release'>,
  reading: Pick<SiteReading, 'swarm' | 'edges'>,
): ReleaseDiff {
  const wanted = pointerFromConfig(config.release);
  const running = runningPointer(reading);
  return {
    site: config.site,
    wanted: wanted.generation,
    ...(running && { running: running.generation }),
    lines: pointerDifferences(running, wanted),
    ...(reading.swarm.kind !== 'read' && { unknown: reading.swarm.why }),
  };
}

/** The difference for people. Ends in a newline. */
export function formatReleaseDiff(
  { site, wanted, running, lines, unknown }: ReleaseDiff,
  config: Pick<SiteConfig, 'release'>,
  options: TextOptions,
): string {
  const paint = painter(options.colours);
  const runs = running === undefined ? 'nothing is known to run' : `generation ${running} runs`;
  const verdict =
    lines.length > 0
      ? []
      : [wanted === running ? '  nothing differs' : '  nothing differs but the generation'];
  const versions = new Map(
    Object.values(config.release.services)
      .flatMap(({ blue, green, previous, replaced }) => [replaced, previous, blue, green])
      .filter((each): each is Release => each !== undefined)
      .map(({ digest, version }) => [digest, version]),
  );
  return (
    [
      `${paint('strong', site)}: the config wants generation ${wanted}, and ${runs}`,
      ...lines.map((line) => `  ${withShortDigests(line, versions)}`),
      ...verdict,
      ...(unknown ? [paint('doubtful', `By the edges' maps alone: ${unknown}`)] : []),
    ].join('\n') + '\n'
  );
}
