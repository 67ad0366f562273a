import type { HistoryEntry, SiteConfig } from '../config/site-config';
import { historyLength } from '../release/transitions';
import { namedService } from './named-service';
import { shellWord } from './shell-word';

/** What was done to the services of a site. */
export interface History {
  site: string;
  /** The newest first. */
  entries: ServiceHistoryEntry[];
  /** Services whose list is as long as it may get, so that older entries may be in Git only. */
  cut: string[];
  /** The command that shows what was there before, whole commits of the stack file. */
  gitLog: string;
}

/** One act, and the service it was done to. */
export interface ServiceHistoryEntry extends HistoryEntry {
  service: string;
}

/**
 * What the stack file tells of the past.
 *
 * @param service only this one; undefined: all.
 * @param stackFile its path as Git in the current folder takes it, e.g. `stacks/Pulumi.home.yaml`.
 * @throws Error for a service that the site does not have.
 */
export function historyOf(
  config: Pick<SiteConfig, 'site' | 'services' | 'release'>,
  service: string | undefined,
  stackFile: string,
): History {
  const names =
    service === undefined ? config.services.map(({ name }) => name) : [namedService(config, service).name];
  const lists = names.map((name) => ({ name, entries: config.release.services[name]?.history ?? [] }));
  const entries = lists.flatMap(({ name, entries }) => entries.map((entry) => ({ service: name, ...entry })));
  return {
    site: config.site,
    // The file's order breaks the tie of two entries of one moment.
    entries: entries.reverse().sort((one, other) => Date.parse(other.at) - Date.parse(one.at)),
    cut: lists.flatMap(({ name, entries }) => (entries.length >= historyLength ? [name] : [])),
    gitLog: `git log -p -- ${shellWord(stackFile)}`,
  };
}
