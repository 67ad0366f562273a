import type { SiteConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import { entryOf } from '../release/candidate-of';
import { pointerFromConfig, type Pointer } from '../release/pointer';
import { prerelease } from '../release/transitions';
import { readSite } from '../status/read-site-status';
import type { SiteReading } from '../status/site-reading';
import type { SiteView } from '../waves/site-view';
import { author } from './author';
import { optionsOf, type ChosenSite } from './chosen-sites';
import { openProject, type Project } from './project';
import type { SitesOptions } from './stack-options';

/** A site of a wave. */
export interface WaveSite extends ChosenSite {
  project: Project;
  /** As its stack file has it; with a stand-in for the release of a service that has none yet. */
  config: SiteConfig;
}

/**
 * The sites that have a service, in their order.
 *
 * @throws Error naming the service when none has it; whatever is wrong with a stack file, under the site's name
 */
export async function openSites(
  sites: readonly ChosenSite[],
  service: string,
  options: SitesOptions,
): Promise<WaveSite[]> {
  const opened = await Promise.all(sites.map((site) => openSite(site, service, options)));
  const having = opened.filter(({ config }) => config.services.some(({ name }) => name === service));
  if (having.length > 0) return having;
  const known = [...new Set(opened.flatMap(({ config }) => config.services.map(({ name }) => name)))];
  throw new Error(
    `no site (${sites.map(({ site }) => site).join(', ')}) has a service ${service}: they have ${known.join(', ')}.`,
  );
}

/** What is known of each site, all read at the same time. @param unread true: the stack files alone, as if all had followed them. */
export function viewSites(
  sites: readonly WaveSite[],
  options: SitesOptions,
  unread: boolean,
): Promise<SiteView[]> {
  return Promise.all(
    sites.map(async (site): Promise<SiteView> => {
      // Anew: the step before has written it.
      const { release } = await openProject(optionsOf(options, site));
      const running = unread ? [pointerFromConfig(release)] : await readPointers(site);
      return { site: site.site, release, running };
    }),
  );
}

/** All pointers that a site has just now; undefined when nobody of it can be asked, which takes some seconds. */
export async function readPointers({ config }: Pick<WaveSite, 'config'>): Promise<Pointer[] | undefined> {
  const contact = new SiteContact(config.nodes);
  try {
    return pointersOf(await readSite(config, contact));
  } finally {
    contact.close();
  }
}

/** All pointers that a site has; undefined when nobody of it could be asked. */
export function pointersOf({ swarm, edges }: Pick<SiteReading, 'swarm' | 'edges'>): Pointer[] | undefined {
  const label = swarm.kind === 'read' ? swarm.label : undefined;
  const maps = edges.flatMap(({ worker }) => worker?.pointer ?? []);
  if (swarm.kind === 'unreadable' && maps.length === 0) return undefined;
  return label ? [label, ...maps] : maps;
}

async function openSite(site: ChosenSite, service: string, options: SitesOptions): Promise<WaveSite> {
  const project = await openProject(optionsOf(options, site));
  const { release } = project;
  const isNew = entryOf(release.services, service) === undefined;
  try {
    return { ...site, project, config: project.siteWith(release) };
  } catch (error) {
    if (!isNew) throw error;
    // A service that was never released is no mistake of its first prerelease.
    const first = { version: '0.0.0', digest: `sha256:${'0'.repeat(64)}` };
    return { ...site, project, config: project.siteWith(prerelease(release, service, first, author())) };
  }
}
