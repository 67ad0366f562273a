import { relative } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { SiteConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import { formatHistory } from '../status/format-history';
import { formatLogLine } from '../status/format-log-line';
import { formatStatus } from '../status/format-status';
import { historyOf } from '../status/history';
import { painter } from '../status/paint';
import { readSite } from '../status/read-site-status';
import { formatReleaseDiff, releaseDiff } from '../status/release-diff';
import { loggedSlot, logSource } from '../status/site-slot-logs';
import { siteStatus } from '../status/site-status';
import { slotLogs } from '../status/slot-logs';
import { openProject } from './project';
import { lookAtSites, type LookOptions } from './look-at-sites';
import { sitesCommand, stackCommand, type StackOptions } from './stack-options';

/** The commands that only look. */
export function statusCommands(): Command[] {
  return [status(), history(), diff(), logs()];
}

/** Colours on a terminal only, and not where NO_COLOR (https://no-color.org) is set. */
function textOptions(): { colours: boolean } {
  return { colours: process.stdout.isTTY && !process.env['NO_COLOR'] };
}

function status(): Command {
  return looking(
    'status',
    'How the site is: machines, edges, slots, and whatever disagrees; exit code 1 when not well',
    ['status', 'status --json | jq .services'],
  ).action((options: LookOptions) =>
    lookAtSites(options, async (own) => {
      const { site, read } = await openSite(own);
      const found = siteStatus(site, await read());
      if (!found.ok) process.exitCode = 1;
      return { found, text: formatStatus(found, textOptions()) };
    }),
  );
}

function history(): Command {
  return looking('history', 'What was done to a service, or to all, the newest first', ['history shop'])
    .argument('[service]', 'default: all')
    .action((service: string | undefined, options: LookOptions) =>
      lookAtSites(options, async (own, isOneOfSeveral) => {
        const { site, file } = await openSite(own);
        const found = historyOf(site, service, relative(process.cwd(), file));
        const text = formatHistory(found, textOptions());
        return { found, text: isOneOfSeveral ? `${site.site}\n${text}` : text };
      }),
    );
}

function diff(): Command {
  return looking('diff', 'What the stack file wants of the release otherwise than what runs', [
    'diff',
  ]).action((options: LookOptions) =>
    lookAtSites(options, async (own) => {
      const { site, read } = await openSite(own);
      const found = releaseDiff(site, await read());
      return { found, text: formatReleaseDiff(found, site, textOptions()) };
    }),
  );
}

function logs(): Command {
  return stackCommand('logs', 'The log of the live slot, or of the candidate, on all its nodes', [
    'logs shop',
    'logs shop --candidate --tail 20',
  ])
    .argument('<service>', 'its name in evenkeel:services')
    .option('--candidate', 'of the idle slot')
    .option('--tail <lines>', 'how many of the last lines of each node', readLines, 100)
    .option('--follow', 'go on until Ctrl-C')
    .action(
      async (
        service: string,
        options: StackOptions & { candidate?: boolean; tail: number; follow?: boolean },
      ) => {
        const { site, contact } = await openSite(options);
        const slot = await loggedSlot(site, contact, service, options.candidate ?? false);
        const source = logSource(site, contact, slot);
        const width = Math.max(...source.nodes.map((node) => node.length));
        const paint = painter(textOptions().colours);
        const stop = new AbortController();
        process.once('SIGINT', () => stop.abort());
        const missing = await slotLogs(
          source,
          { tail: options.tail, follow: options.follow, signal: stop.signal },
          (line) => console.log(formatLogLine(line, width, paint)),
        );
        if (source.nodes.every((node) => node in missing)) process.exitCode = 1;
      },
    );
}

function looking(name: string, description: string, examples: readonly string[]): Command {
  return sitesCommand(name, description, examples).option(
    '--json',
    'as JSON; an object by site, where it is about all sites',
  );
}

async function openSite(options: StackOptions) {
  const project = await openProject(options);
  const site: SiteConfig = project.siteWith(project.release);
  const contact = new SiteContact(site.nodes);
  return { site, contact, file: project.file, read: () => readSite(site, contact) };
}

function readLines(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('a whole number from 1 to 999999.');
}
