import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sitesOfProject } from './sites-of-project';

describe('sitesOfProject', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'evenkeel-'));
    for (const folder of ['stacks', 'policies']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'Pulumi.yaml'), 'name: evenkeel\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is none without a file', () => {
    expect(sitesOfProject(join(root, 'policies'))).toEqual([]);
  });

  it('is what the file names, without organisation and project', () => {
    writeFileSync(join(root, 'stacks', 'sites.yaml'), 'sites: [acme/evenkeel/fra, home]\n');
    expect(sitesOfProject(join(root, 'policies'))).toEqual(['fra', 'home']);
  });

  it('names the file when it is wrong', () => {
    writeFileSync(join(root, 'stacks', 'sites.yaml'), 'sites: fra\n');
    expect(() => sitesOfProject(join(root, 'policies'))).toThrow('sites.yaml has 1 mistake');
  });
});
