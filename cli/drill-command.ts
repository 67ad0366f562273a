import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { drillTable, shortcomings, type DrillReport } from '../drill/drill-report';
import { failures } from '../drill/failures';
import { phases } from '../drill/phases';
import { painter } from '../status/paint';
import { table } from '../status/table';

const phaseNames = phases('').map(({ name }) => name);
const failureNames = failures.map(({ name }) => name);

/** `evenkeel drill`: game day on the lab. */
export function drillCommand(): Command {
  return new Command('drill')
    .description(
      'Game day on the lab: let one thing after the other break, in each phase of a release, under load; exit code 1 when the public noticed',
    )
    .option('--failure <names...>', `only these: ${failureNames.join(', ')}`, oneOf(failureNames))
    .option('--during <phases...>', `only these: ${phaseNames.join(', ')}`, oneOf(phaseNames))
    .option(
      '--chance <number>',
      'how far into a command it breaks, from 0 to 1; default: at random',
      readChance,
    )
    .option('--json', 'the report as JSON on standard output, and the progress on standard error')
    .addHelpText(
      'after',
      `
The whole matrix takes about half an hour. The last report is kept and the next one compared with it.

Examples:
  $ ./evenkeel drill --failure 'edge killed' --during idle
  $ ./evenkeel drill --json | jq '.rows[] | select(.lost > 0)'`,
    )
    .action(drill);
}

interface DrillOptions {
  failure?: string[];
  during?: string[];
  chance?: number;
  json?: boolean;
}

async function drill(options: DrillOptions): Promise<void> {
  const log = options.json ? console.error : console.log;
  // What every command would else load at its start: clients, and what makes machines.
  const [{ readLab }, { DrillSite }, { runCell }] = await Promise.all([
    import('../lab/lab.js'),
    import('../drill/drill-site.js'),
    import('../drill/run-drill.js'),
  ]);
  const lab = await readLab();
  if (!lab) throw new Error('The lab is not up. Run: ./evenkeel lab');
  const site = new DrillSite(lab);
  const file = join(lab.directory, 'drill.json');
  const earlier = await readReport(file);
  const shared = await site.sharedAddress();
  const report: DrillReport = {
    at: new Date().toISOString(),
    target: shared ?? 'the edges that are not hit',
    rows: [],
  };
  const wantedFailures = failures.filter(({ name }) => options.failure?.includes(name) ?? true);
  const wantedPhases = phaseNames.filter((name) => options.during?.includes(name) ?? true);
  log(`load on ${report.target}; ${wantedFailures.length * wantedPhases.length} failures`);
  for (const failure of wantedFailures)
    for (const during of wantedPhases) {
      const row = await runCell(site, failure, during, shared, options.chance ?? Math.random());
      report.rows.push(row);
      const short = shortcomings(row);
      log(
        `${failure.name} on ${row.machine} during ${during}, after ${(row.after / 1000).toFixed(1)} s: ` +
          (short.length === 0 ? 'not noticed' : short.join(', ')),
      );
      for (const note of short.length === 0 ? [] : row.notes) log(`  ${note}`);
    }
  await mkdir(lab.directory, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else printTable(report, earlier);
  if (report.rows.some((row) => shortcomings(row).length > 0)) process.exitCode = 1;
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
  if (earlier) console.log(`(was …): the drill of ${earlier.at}`);
}

async function readReport(file: string): Promise<DrillReport | undefined> {
  return readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as DrillReport,
    () => undefined,
  );
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
