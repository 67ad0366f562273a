import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DrillReport } from './drill-report';

/** The report that was kept; undefined where there is none that can be read. */
export async function readReport(file: string): Promise<DrillReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DrillReport;
  } catch {
    return undefined;
  }
}

/** Keeps a report as a whole or not at all: it is written after each failure, and a drill may be ended at any time. */
export async function writeReport(file: string, report: DrillReport): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
