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
import { stackCommand, type StackOptions } from './stack-options';

/** The commands that only look. */
export function statusCommands(): Command[] {
  return [status(), history(), diff(), logs()];
}

interface LookOptions extends StackOptions {
  json?: boolean;
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
  ).action(async (options: LookOptions) => {
    const { site, read } = await openSite(options);
    const found = siteStatus(site, await read());
    console.log(options.json ? json(found) : formatStatus(found, textOptions()).trimEnd());
    if (!found.ok) process.exitCode = 1;
  });
}

function history(): Command {
  return looking('history', 'What was done to a service, or to all, the newest first', ['history shop'])
    .argument('[service]', 'default: all')
    .action(async (service: string | undefined, options: LookOptions) => {
      const { site, file } = await openSite(options);
      const found = historyOf(site, service, relative(process.cwd(), file));
      console.log(options.json ? json(found) : formatHistory(found, textOptions()).trimEnd());
    });
}

function diff(): Command {
  return looking('diff', 'What the stack file wants of the release otherwise than what runs', [
    'diff',
  ]).action(async (options: LookOptions) => {
    const { site, read } = await openSite(options);
    const found = releaseDiff(site, await read());
    console.log(options.json ? json(found) : formatReleaseDiff(found, site, textOptions()).trimEnd());
  });
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
  return stackCommand(name, description, examples).option('--json', 'as JSON');
}

async function openSite(options: StackOptions) {
  const project = await openProject(options);
  const site: SiteConfig = project.siteWith(project.release);
  const contact = new SiteContact(site.nodes);
  return { site, contact, file: project.file, read: () => readSite(site, contact) };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function readLines(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('a whole number from 1 to 999999.');
}
