import { messageOf } from '../edge/site-contact';
import { chosenSites, optionsOf } from './chosen-sites';
import type { SitesOptions } from './stack-options';

/** The options of the commands that only look. */
export interface LookOptions extends SitesOptions {
  json?: boolean;
}

/** What is to be shown of a site. */
export interface Look {
  /** For `--json`. */
  found: object;
  /** For people. */
  text: string;
}

/**
 * Shows one site, or all of them, read at the same time and shown in their order; as JSON, an object by site. One that
 * can't be looked at hides none of the others: its error stands in its place, and the exit code is 1.
 *
 * @throws whatever `look` throws, where it is about one stack
 */
export async function lookAtSites(
  options: LookOptions,
  look: (options: LookOptions, isOneOfSeveral: boolean) => Promise<Look>,
): Promise<void> {
  const sites = await chosenSites(options);
  if (!sites) {
    const { found, text } = await look(options, false);
    return console.log(options.json ? json(found) : text.trimEnd());
  }
  const looks = await Promise.all(
    sites.map(async (site): Promise<[string, Look]> => {
      const { site: name } = site;
      try {
        return [name, await look(optionsOf(options, site), true)];
      } catch (error) {
        process.exitCode = 1;
        const why = messageOf(error);
        return [name, { found: { site: name, ok: false, error: why }, text: `${name}: ${why}\n` }];
      }
    }),
  );
  console.log(
    options.json
      ? json(Object.fromEntries(looks.map(([name, { found }]) => [name, found])))
      : looks.map(([, { text }]) => text.trimEnd()).join('\n\n'),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
