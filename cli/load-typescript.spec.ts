import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(60_000); // a machine with other work; what is tested for would take longer

const loader = join(__dirname, 'load-typescript.cjs');
let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'evenkeel-load-'))));
afterEach(() => rm(directory, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(directory, name), text);

/** Loads main.ts as Pulumi does, in a process of its own with source maps as Pulumi has them. @returns what it prints. */
async function load(): Promise<string> {
  const file = relative(join(__dirname, '..'), join(directory, 'main.ts'));
  const script = `console.log(require(${JSON.stringify(loader)})(${JSON.stringify(file)}))`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--require', 'source-map-support/register', '-e', script],
    { timeout: 20_000 },
  );
  return stdout.trim();
}

it('gives what a file exports, as its imports are at that moment', async () => {
  await put('main.ts', `import { version } from './version';\nexport = version as string;`);
  await put('version.ts', `export const version: string = 'one';`);
  expect(await load()).toBe('one');
  await put('version.ts', `export const version: string = 'two';`);
  expect(await load()).toBe('two');
});

it('has npm packages from the checkout', async () => {
  await put('main.ts', `import { coerce } from 'semver';\nexport = coerce('v1.2')?.version;`);
  expect(await load()).toBe('1.2.0');
});

it('tells an error in the lines of its file', async () => {
  await put('main.ts', `import { fail } from './fail';\ntype Unused = string;\nfail();`);
  await put(
    'fail.ts',
    `interface Unused {\n  value: string;\n}\nexport function fail() { throw new Error('boom'); }`,
  );
  const said = load();
  await expect(said).rejects.toThrow('fail.ts:4:');
  await expect(said).rejects.toThrow('main.ts:3:');
});

it('names the place where a file is no TypeScript', async () => {
  await put('main.ts', `export const x: number =\n;`);
  await expect(load()).rejects.toThrow(/main\.ts:2:0: ERROR/);
});

// source-map-support calls that frame's file node_modules/@pulumi/output.ts, at which Node 22.23.3 does not end.
it("lets Node format an error with a frame in Pulumi's SDK", async () => {
  await put(
    'main.ts',
    `import { inspect } from 'node:util';
import { output } from '@pulumi/pulumi';
export = formatted();
function formatted(): string {
  try { return String(output(new Proxy({}, { getPrototypeOf() { throw new Error('odd'); } }))); }
  catch (error) { return inspect(error, { colors: true }); }
}`,
  );
  expect(await load()).toContain('output.js');
});
