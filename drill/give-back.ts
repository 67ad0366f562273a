import { messageOf } from '../edge/site-contact';
import type { DrillSite } from './drill-site';
import { restore } from './phases';

/**
 * Gives the site back after a drill that broke off, where that is safe: while a site is not well, a drill changes nothing
 * more on it.
 *
 * @param live the version that the public had before.
 * @param command what somebody types for these words of `evenkeel` to be about this site.
 * @returns what the public has, and the exact commands for what is left to do, in words. Never throws.
 */
export async function giveBack(
  site: DrillSite,
  live: string,
  command: (...words: string[]) => string,
): Promise<string> {
  const { name } = site.service;
  const status = await site.status().catch(() => undefined);
  if (!status?.ok) return whatIsLeft(site, live, command);
  try {
    await restore(site, live);
    return `${name} is as it was before the drill: the public has ${live}.`;
  } catch (error) {
    return `${messageOf(error)}\n${await whatIsLeft(site, live, command)}`;
  }
}

async function whatIsLeft(
  site: DrillSite,
  live: string,
  command: (...words: string[]) => string,
): Promise<string> {
  const { name } = site.service;
  const abort = command('abort', name);
  const commands = `${command('rollback', name)}\nThen take the candidate away: ${abort}`;
  const status = await site.status().catch(() => undefined);
  const service = status?.services.find((each) => each.name === name);
  if (!status || !service)
    return (
      `evenkeel status says nothing, so nobody knows whether the public has ${live}, as before the drill. ` +
      `Where it has the drill's candidate: ${commands}`
    );
  const has = service.slots[service.live].version;
  const untouched = status.ok ? '' : `, and nothing was done about it while ${site.config.site} is not well`;
  if (has !== live) return `The public still has ${has}${untouched}. It gets ${live} back with: ${commands}`;
  if ('callsOff' in service.rollback && service.rollback.callsOff)
    return (
      `The public has ${live}, but the stack file has a switch that the next \`pulumi up\` would bring about. ` +
      `Call it off: ${commands}`
    );
  const asBefore = `The public has ${live}, as before the drill.`;
  const hasCandidate = site.ground.candidates.includes(service.candidate?.version ?? '');
  return hasCandidate
    ? `${asBefore} When ${site.config.site} is well, take the candidate away: ${abort}`
    : asBefore;
}
