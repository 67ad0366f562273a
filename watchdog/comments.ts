import type { Vote } from './edge-health';

/**
 * What stands in the comments of our records: whose they are, and what watchdogs tell each other. "This field has no effect
 * on DNS responses" (Cloudflare's API, dns_records), so the public sees nothing of it, and a change of it alone changes no answer.
 * All of them are short enough for the smallest plan (100 characters).
 */

/** How the comment of each of our records begins. */
export const ourPrefix = 'evenkeel ';

/** The comment of an address record. */
export function addressComment(edge: string): string {
  return `${ourPrefix}pool ${edge}`.slice(0, 100);
}

/** Whether a record is an address of a pool. A hand may leave the edge out, as the message about records in the way says. */
export function isAddressComment(comment: string): boolean {
  return `${comment} `.startsWith(`${ourPrefix}pool `);
}

/** What a watchdog says of the edges. */
export interface Report {
  /** When the process began, in seconds since 1970: of two in one site, the later one is to work. */
  instance: number;
  /** Grows with each publication of one instance. */
  sequence: number;
  /** `definitionOf` its pool. */
  definition: string;
  /** The next one is due within so many seconds. */
  within: number;
  /** In the order of the pool's edges. */
  votes: Vote[];
}

const letters: Record<Vote, string> = { up: '1', down: '0', unsure: '?' };
const votes: Record<string, Vote> = { 1: 'up', 0: 'down', '?': 'unsure' };

/** A report as a comment. */
export function reportComment(report: Report): string {
  const { instance, sequence, definition, within } = report;
  const said = report.votes.map((vote) => letters[vote]).join('');
  return `${ourPrefix}report i=${instance.toString(36)} n=${sequence} p=${definition} w=${within} v=${said}`;
}

/** Undefined for anything else. */
export function parseReport(comment: string): Report | undefined {
  const match =
    /^evenkeel report i=([0-9a-z]{1,9}) n=(\d{1,12}) p=([0-9a-f]{6}) w=(\d{1,4}) v=([01?]*)$/.exec(comment);
  if (!match) return undefined;
  const [, instance, sequence, definition, within, said] = match;
  return {
    instance: Number.parseInt(instance!, 36),
    sequence: Number(sequence),
    definition: definition!,
    within: Number(within),
    votes: [...said!].map((letter) => votes[letter]!),
  };
}

/** What the fence remembers: when addresses were changed last, and how often each edge went lately. */
export interface FenceMemory {
  /** `definitionOf` the pool. */
  definition: string;
  /** Milliseconds since 1970, to the second. */
  changed: number;
  /** 0 to 9, in the order of the pool's edges; see `back-off.ts`. */
  levels: number[];
}

/** The memory as a comment. */
export function fenceComment({ definition, changed, levels }: FenceMemory): string {
  return `${ourPrefix}fence p=${definition} t=${Math.floor(changed / 1000).toString(36)} l=${levels.join('')}`;
}

/** Undefined for anything else. */
export function parseFence(comment: string): FenceMemory | undefined {
  const match = /^evenkeel fence p=([0-9a-f]{6}) t=([0-9a-z]{1,9}) l=(\d*)$/.exec(comment);
  if (!match) return undefined;
  return {
    definition: match[1]!,
    changed: Number.parseInt(match[2]!, 36) * 1000,
    levels: [...match[3]!].map(Number),
  };
}

/** The generation that the edges of a site must have at least. */
export interface Requirement {
  site: string;
  generation: number;
}

/** A requirement as a comment. */
export function requirementComment({ site, generation }: Requirement): string {
  return `${ourPrefix}require ${site} ${generation}`;
}

/** Undefined for anything else. */
export function parseRequirement(comment: string): Requirement | undefined {
  const match = /^evenkeel require ([a-z0-9-]{1,63}) (\d{1,15})$/.exec(comment);
  return match ? { site: match[1]!, generation: Number(match[2]) } : undefined;
}
