import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readSiteConfig } from '../config/read-site-config';
import { exampleStack } from '../config/stack.fixture';
import { readStackFile, StackFile } from './stack-file';

describe('StackFile.config', () => {
  it('hands the example out as Pulumi does', async () => {
    const { stack, ...values } = exampleStack();
    const file = await readStackFile(join(__dirname, '..', 'stacks', 'Pulumi.example.yaml'));
    expect(file.config()).toEqual(values);
    expect(readSiteConfig({ stack, ...file.config() }).release.generation).toBe(1);
  });

  it('gives the names of secrets and never what is in them', () => {
    const file = new StackFile(
      'Pulumi.home.yaml',
      `config:
  evenkeel:secrets:
    shop-db: { secure: "v1:hush" }
    plain: hush
  evenkeel:misspelt: hush
  other:secrets: { theirs: hush }
  evenkeel:services:
    - env: { TOKEN: { secure: v1:hush }, LEVEL: info }
`,
    );
    expect(file.config()).toEqual({
      services: [{ env: { TOKEN: '[secret]', LEVEL: 'info' } }],
      secretNames: ['shop-db', 'plain'],
      keys: ['secrets', 'misspelt', 'services'],
    });
    expect(JSON.stringify(file.config())).not.toContain('hush');
  });

  it('takes the secrets that services ask for to be in a map that is encrypted as a whole', () => {
    const file = new StackFile(
      'Pulumi.home.yaml',
      `config:
  evenkeel:secrets: { secure: v1:hush }
  evenkeel:services:
    - { secrets: [db, mail], preview: { token: shop-preview } }
    - { secrets: [db] }
`,
    );
    expect(file.config().secretNames).toEqual(['db', 'mail', 'shop-preview']);
  });

  it('reads a value that `pulumi config set` wrote as JSON', () => {
    const file = new StackFile('Pulumi.home.yaml', `config:\n  evenkeel:release: '{"generation": 4}'\n`);
    expect(file.config().release).toEqual({ generation: 4 });
  });

  // What Pulumi 3.259 gave for these with `pulumi config --json`.
  it.each([
    ['2026-07-01T10:00:00Z', '2026-07-01 10:00:00 +0000 UTC'],
    ['2026-07-01', '2026-07-01 00:00:00 +0000 UTC'],
    ["'2026-07-01T10:00:00Z'", '2026-07-01T10:00:00Z'],
    ['yes', 'yes'],
  ])('reads %s as Pulumi does', (text, value) => {
    const file = new StackFile('Pulumi.home.yaml', `config: { evenkeel:release: { at: ${text} } }`);
    expect(file.config().release).toEqual({ at: value });
  });

  it.each([['config: [a]'], ['- a'], ['config: text'], ['text']])('refuses %s', (text) => {
    const file = new StackFile('Pulumi.home.yaml', text);
    const message = /^Pulumi\.home\.yaml: config must be a map of keys and values/;
    expect(() => file.config()).toThrow(message);
    expect(() => file.withRelease({})).toThrow(message);
  });

  it('finds nothing in an empty file', () => {
    expect(new StackFile('Pulumi.home.yaml', '').config()).toEqual({ secretNames: [], keys: [] });
  });
});

describe('a stack file that is no YAML', () => {
  const messageOf = (text: string) => {
    try {
      new StackFile('stacks/Pulumi.home.yaml', text);
      return 'none';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is refused with the place of a key that is there twice', () => {
    expect(messageOf('config:\n  evenkeel:edge: 1\n  evenkeel:edge: 2\n')).toBe(
      'stacks/Pulumi.home.yaml:3:3: Map keys must be unique',
    );
  });

  it.each([
    ['config: {\n  a: hush', 2],
    ['config:\n  a: "hush\n', 3],
    ['config:\n  a: hush: hush\n', 2],
    ['a: *hush\n', 1],
    ['a: !hush! b\n', 1],
    ['a: |hush\n', 1],
    ['a: "\\xhush"\n', 1],
    ['a: @hush\n', 1],
    ['--- a\n--- hush\n', 2],
  ])('is refused with its place, and without its text: %j', (text, line) => {
    expect(messageOf(text)).toMatch(new RegExp(`^stacks/Pulumi\\.home\\.yaml:${line}:\\d+: \\S`));
    expect(messageOf(text)).not.toMatch(/hu|ush/);
  });

  it('is refused without its text, whatever is wrong', () => {
    const piece = fc.constantFrom(
      ...['qxz', ' ', '\n', 'a: ', '- ', '"', "'", '{', '}', '[', ']', ',', '\\x', '\\'],
      ...['&', '*', '!', '!!', '%', '@', '`', '|', '>', '#', '?', '<', '~', '\t'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        // Parts of it, too, may not be told.
        expect(messageOf(pieces.join(''))).not.toMatch(/q[xz]|xz/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('readStackFile', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'evenkeel-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('says when there is none, and when it is not UTF-8', async () => {
    const file = join(folder, 'Pulumi.home.yaml');
    await expect(readStackFile(file)).rejects.toThrow(`${file} can't be read (ENOENT).`);
    await writeFile(file, Buffer.from([0x61, 0x3a, 0x20, 0xe4]));
    await expect(readStackFile(file)).rejects.toThrow(`${file} is not UTF-8; save it as UTF-8.`);
  });
});
