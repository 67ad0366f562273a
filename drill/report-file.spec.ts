import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillReport } from './drill-report';
import { readReport, writeReport } from './report-file';

describe('the file of the kept report', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'evenkeel-report-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const report: DrillReport = { at: '2026-11-21T13:00:00Z', target: '10.0.0.9', rows: [] };

  it('says what was written last, and leaves nothing beside it; its folder is made', async () => {
    const file = join(folder, 'drills', 'home.json');
    await writeReport(file, { ...report, target: '10.0.0.8' });
    await writeReport(file, report);
    expect(await readReport(file)).toEqual(report);
    expect(readdirSync(join(folder, 'drills'))).toEqual(['home.json']);
  });

  it('is none where there was no drill, or what it says is no report: a drill is no worse for it', async () => {
    const file = join(folder, 'home.json');
    expect(await readReport(file)).toBeUndefined();
    writeFileSync(file, '{ "at": ');
    expect(await readReport(file)).toBeUndefined();
  });
});
