import { messageOf } from '../edge/site-contact';
import { CallBudget } from '../watchdog/call-budget';
import { cloudflareApi } from '../watchdog/cloudflare-api';
import { requireGeneration } from '../watchdog/require-generation';
import { poolOf } from '../watchdog/settings-file';
import { openProject } from './project';
import { readSecret } from './read-secret';
import type { SitesOptions } from './stack-options';

/**
 * Tells all watchdogs of a site's pool that its edges must have what stands in its stack file by now, so that a site that
 * was away meanwhile is not let into DNS with what it had. Does nothing for a site whose stack file has no pool.
 *
 * @param options name the one site
 * @param log takes a line that says what was done, or that it could not be: what it protects against is rarer than what it
 *   would stand in the way of, so it throws nothing
 */
export async function keepOutOfDns(options: SitesOptions, log: (line: string) => void): Promise<void> {
  const project = await openProject(options);
  const { site, pool, cloudflare } = project.siteWith(project.release);
  if (!pool || !cloudflare) return;
  const wanted = project.release.generation;
  try {
    const token = await readSecret(project, cloudflare.token);
    const api = cloudflareApi({ ...cloudflare, token }, new CallBudget(Date.now));
    const required = await requireGeneration(api, poolOf(pool), site, wanted);
    log(`the watchdogs keep its edges out of DNS until they have generation ${required}`);
  } catch (error) {
    log(
      `the watchdogs could not be told to keep its edges out of DNS until they have generation ${wanted}, so it may come back ` +
        `with what it had: ${messageOf(error)}`,
    );
  }
}
