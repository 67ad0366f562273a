import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  comparedDays,
  drillTable,
  keptReport,
  shortcomings,
  type DrillReport,
  type DrillRow,
} from '../drill/drill-report';
import type { DrillSite } from '../drill/drill-site';
import { failures } from '../drill/failures';
import { phaseNames } from '../drill/phases';
import { readReport, writeReport } from '../drill/report-file';
import type { LoadTls } from '../lab/load/load-options';
import { cacheDirectory } from '../lab/cache-directory';
import { Refusal } from '../release/refusal';
import { painter } from '../status/paint';
import { shellWord } from '../status/shell-word';
import { table } from '../status/table';
import { typed } from './confirm';
import { openProject } from './project';
import { stackCommand, type StackOptions } from './stack-options';

const failureNames = failures.map(({ name }) => name);

/** What a user's own site is asked, in requests a second, where nothing else is said. */
const defaultRate = 50;

/** `evenkeel drill`: game day, on the lab or on a user's own site. */
export function drillCommand(): Command {
  return stackCommand(
    'drill',
    'Game day: let one thing after the other break, in each phase of a release, under load; exit code 1 when the public noticed. On the lab, or with --stack on a site of your own',
    [
      "drill --failure 'edge killed' --during idle",
      "drill --json | jq '.rows[] | select(.lost > 0)'",
      'drill --stack home --during idle',
      'drill --stack home --service shop --candidate 1.4.3-rc.1',
    ],
  )
    .option('--failure <names...>', `only these: ${failureNames.join(', ')}`, oneOf(failureNames))
    .option('--during <phases...>', `only these: ${phaseNames.join(', ')}`, oneOf(phaseNames))
    .option(
      '--chance <number>',
      'how far into a command it breaks, from 0 to 1; default: at random',
      readChance,
    )
    .option('--service <name>', 'with --stack: whom the load asks; default: the only service')
    .option('--path <path>', 'with --stack: what for; default: the path of its health check')
    .option(
      '--candidate <version>',
      'with --stack: a release candidate that is well, which is released and rolled back; without one all breaks during idle',
    )
    .option('--rate <number>', `with --stack: requests a second; default: ${defaultRate}`, readRate)
    .option('--yes', 'with --stack: ask nothing')
    .option('--json', 'the report as JSON on standard output, and the progress on standard error')
    .addHelpText(
      'after',
      `
The whole matrix takes about half an hour. Of each failure in each phase the last row is kept, and the next one compared with
it, also when a drill breaks off.

On a site of your own, containers and dockerd are killed, machines lose their network and are reset as if by a power cut
(reboot --force --force), one at a time, and never while the site is not well. With --candidate the public gets that
version and, after the drill, the one that it had; where a drill breaks off at a site that is not well, it prints the
commands for that. Where the edges have TLS the load comes over it; edges that want a client's certificate
(evenkeel:edge.tls.originPulls) are refused.`,
    )
    .action(drill);
}

interface DrillOptions extends StackOptions {
  failure?: string[];
  during?: string[];
  chance?: number;
  service?: string;
  path?: string;
  candidate?: string;
  rate?: number;
  yes?: boolean;
  json?: boolean;
}

async function drill(options: DrillOptions): Promise<void> {
  const log = options.json ? console.error : console.log;
  const wantedFailures = failures.filter(({ name }) => options.failure?.includes(name) ?? true);
  const { site, file, command, tls } = await (options.stack
    ? onStack(options, wantedFailures.length)
    : onLab(options));
  // What every command would else load at its start: clients, and what makes machines.
  const [{ runCell }, { runMatrix }, { versions }] = await Promise.all([
    import('../drill/run-drill.js'),
    import('../drill/run-matrix.js'),
    import('../drill/phases.js'),
  ]);
  const earlier = await readReport(file);
  const report: DrillReport = {
    at: new Date().toISOString(),
    target: site.sharedAddress ?? 'the edges that are not hit',
    rows: [],
  };
  const wantedPhases = phaseNames.filter((name) => options.during?.includes(name) ?? canHave(site, name));
  const cells = wantedFailures.flatMap((failure) => wantedPhases.map((during) => ({ failure, during })));
  log(`load on ${report.target}; ${cells.length} failures`);
  const { live } = await versions(site);
  try {
    await runMatrix({
      ...{ site, live, cells, command, log },
      run: ({ failure, during }) => runCell(site, failure, during, options.chance ?? Math.random(), tls),
      keep: async (row) => {
        report.rows.push(row);
        for (const line of progressOf(row)) log(line);
        await writeReport(file, keptReport(earlier, report));
      },
      endsUnlessWhole: options.stack !== undefined,
    });
  } finally {
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else if (report.rows.length > 0) printTable(report, earlier);
  }
  if (report.rows.some((row) => shortcomings(row).length > 0)) process.exitCode = 1;
}

/** A row in words, and what it was about where it is not as promised. */
function progressOf(row: DrillRow): string[] {
  const short = shortcomings(row);
  return [
    `${row.failure} on ${row.machine} during ${row.during}, after ${(row.after / 1000).toFixed(1)} s: ` +
      (short.length === 0 ? 'not noticed' : short.join(', ')),
    ...(short.length === 0 ? [] : row.notes.map((note) => `  ${note}`)),
  ];
}

/** A site, and what the report on it and its operator need. */
interface Ground {
  site: DrillSite;
  /** Where the last report on it is kept. */
  file: string;
  /** What somebody types for these words of `evenkeel` to be about this site. */
  command: (...words: string[]) => string;
  /** Of `publicTls`. */
  tls?: LoadTls;
}

async function onLab(options: DrillOptions): Promise<Ground> {
  const misplaced = (['service', 'path', 'candidate', 'rate'] as const).find(
    (key) => options[key] !== undefined,
  );
  if (misplaced) throw new Error(`--${misplaced} is for a site of your own: say --stack too.`);
  const [{ readLab }, { labSite }, { publicTls }] = await Promise.all([
    import('../lab/lab.js'),
    import('../drill/lab-site.js'),
    import('../drill/public-tls.js'),
  ]);
  const lab = await readLab();
  if (!lab) throw new Error('The lab is not up. Run: ./evenkeel lab');
  const site = await labSite(lab);
  return {
    site,
    tls: await publicTls(site.config, site.service.hostnames[0]!),
    file: join(lab.directory, 'drill.json'),
    command: (...words) => `eval "$(./evenkeel lab env)"; ./evenkeel ${words.join(' ')}`,
  };
}

/** @throws Refusal when the site or its certificates are not well, or the operator thinks better of it; nothing was touched. */
async function onStack(options: DrillOptions, count: number): Promise<Ground> {
  const [{ stackSite }, { publicTls }] = await Promise.all([
    import('../drill/stack-site.js'),
    import('../drill/public-tls.js'),
  ]);
  const project = await openProject(options);
  const config = project.siteWith(project.release);
  const { stack, file } = project;
  const site = stackSite(
    config,
    { PULUMI_STACK: stack, EVENKEEL_CONFIG_FILE: file },
    { ...options, rate: options.rate ?? defaultRate },
  );
  const impossible = options.during?.find((name) => !canHave(site, name as (typeof phaseNames)[number]));
  if (impossible)
    throw new Error(`--during ${impossible} needs a version that can be released: say --candidate too.`);
  const status = await site.status();
  if (!status?.ok)
    throw new Refusal(
      `${config.site} is not well, so a drill would be its second failure. Nothing was touched. ` +
        (status ? [...status.disagreements, ...status.problems].join('; ') : 'See: evenkeel status'),
    );
  const tls = await publicTls(config, site.service.hostnames[0]!);
  const machines = site.nodes.map(({ name }) => name).join(', ');
  if (
    !options.yes &&
    !(await typed(`${count} kinds of failure on ${machines}, which serve the public.`, config.site))
  )
    throw new Refusal('Not confirmed: nothing was touched.');
  const chosen = ['--stack', stack, ...(options.configFile ? ['--config-file', options.configFile] : [])];
  return {
    site,
    tls,
    file: join(cacheDirectory(), 'drills', `${stack.replaceAll('/', '+')}.json`),
    command: (...words) => ['./evenkeel', ...words, ...chosen.map(shellWord)].join(' '),
  };
}

/** Without a candidate nothing can be released. */
function canHave(site: DrillSite, phase: (typeof phaseNames)[number]): boolean {
  return phase === 'idle' || site.ground.candidates.length > 0;
}

function printTable(report: DrillReport, earlier: DrillReport | undefined): void {
  const paint = painter(process.stdout.isTTY && !process.env['NO_COLOR']);
  const { header, rows } = drillTable(report, earlier);
  const lines = table(
    header,
    rows.map(({ cells, ok }) => cells.map((text) => (ok ? text : { text, style: 'bad' as const }))),
    paint,
  );
  console.log(`\n${lines.join('\n')}`);
  const days = comparedDays(report, earlier);
  if (days.length > 0) console.log(`(was …): of ${days.join(', ')}`);
}

function oneOf(names: readonly string[]) {
  return (value: string, before: string[] | undefined): string[] => {
    if (!names.includes(value)) throw new InvalidArgumentError(`one of: ${names.join(', ')}.`);
    return [...(before ?? []), value];
  };
}

function readChance(value: string): number {
  const chance = Number(value);
  if (value.trim() !== '' && chance >= 0 && chance <= 1) return chance;
  throw new InvalidArgumentError('a number from 0 to 1.');
}

function readRate(value: string): number {
  const rate = Number(value);
  if (value.trim() !== '' && rate >= 1 && rate <= 1000) return rate;
  throw new InvalidArgumentError('requests a second, from 1 to 1000.');
}
