import { z } from 'zod';
import { isDnsLabel } from './dns-name';
import { withRule } from './rule';
import * as value from './values';

/** The site's name in a stack's: what stands behind organisation and project. */
export function siteOfStack(stack: string): string {
  return stack.split('/').at(-1) ?? stack;
}

const stackName = value.text(
  (text) => /^([A-Za-z0-9_.-]+\/){0,2}[^/]+$/.test(text) && isDnsLabel(siteOfStack(text)),
  {
    allowed:
      "a stack as pulumi --stack takes it, whose own name has lower-case letters, digits and inner hyphens, as a site's name has",
    example: 'home',
  },
);

/** `stacks/sites.yaml`: which sites serve the same names, and in which order a release reaches them. */
export const sitesSchema = withRule(
  z.strictObject({
    sites: value
      .listOf(stackName, 'stack', '[fra, home]')
      .describe(
        'The sites, each a stack with a file of its own beside this one. A release goes to the first one first, and to the ' +
          'next one only when that has it.',
      ),
  }),
  { allowed: 'the key sites' },
);
