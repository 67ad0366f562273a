import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

const releaseSchema = z.strictObject({
  version: value.version.describe("The image's tag, and what people call it."),
  digest: value.digest.describe('What the registry said the tag is, at the time of evenkeel prerelease.'),
  tag: value.tag
    .optional()
    .describe(
      'The tag under which the slot got the image, where it is not the version: see evenkeel release.',
    ),
  redeployed: value
    .integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe(
      'Generation in which the same image was deployed anew, with the settings and secrets of then: see evenkeel redeploy.',
    ),
});

const holdSchema = z.strictObject({
  why: value.line.describe('For whoever wants to release.'),
  by: value.line.describe('user@machine.'),
  at: value.moment.describe('Since when.'),
});

const historyEntrySchema = z.strictObject({
  at: value.moment.describe('When.'),
  by: value.line.describe('user@machine.'),
  did: value.line.describe('The command.'),
  from: value.line.optional().describe('What it was before.'),
  to: value.line.optional().describe('What it became.'),
  note: value.line.optional().describe('Why, or what is special about it.'),
});

const serviceReleaseSchema = z.strictObject({
  live: z.enum(['blue', 'green']).describe('The slot that serves the public.'),
  canary: value
    .integer(0, 100, 5)
    .prefault(0)
    .describe(
      "The idle slot's share of the public's clients, in per cent. A client keeps its side: browsers by the cookie " +
        'evenkeel-canary, a number from 0 to 99 that they forget with their session, others by their address.',
    ),
  blue: releaseSchema.optional().describe('What is in the slot blue. Left out: nothing.'),
  green: releaseSchema.optional().describe('What is in the slot green. Left out: nothing.'),
  previous: releaseSchema
    .optional()
    .describe('What was live before the last switch: evenkeel rollback goes back to it.'),
  replaced: releaseSchema
    .optional()
    .describe('What the idle slot held before the candidate: evenkeel abort puts it back.'),
  maintenance: withRule(z.boolean(), {
    allowed: 'true or false',
    remedy: 'Write true or false, without quotes.',
  })
    .optional()
    .describe('True while the edges answer with 503: see evenkeel maintenance.'),
  hold: holdSchema.optional().describe('Nobody can release while it stands: see evenkeel hold.'),
  history: withRule(z.array(historyEntrySchema), { allowed: 'a list of what was done' })
    .optional()
    .describe('The last 20 acts, the oldest first; Git has the rest.'),
});

/** `evenkeel:release`. */
export const releaseSectionSchema = z
  .strictObject({
    generation: value
      .integer(1, Number.MAX_SAFE_INTEGER)
      .describe('One more with every change of what the public sees, a rollback included.'),
    services: value
      .mapOf(z.string(), serviceReleaseSchema, "the services' names with live, canary, blue and green each")
      .describe('One entry for each service.'),
  })
  .describe('Which version is in which slot, and which slot is live. `evenkeel` edits it.');
