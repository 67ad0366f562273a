import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkoutDirectory } from '../../lab/lab-directory';
import type { SampleRelease } from '../../lab/sample/sample-releases';

/** The example of docs/databases.md, as it stands there. */
export interface DatabasesExample {
  /** What the table is made with. */
  table: string;
  /** What the service of the stack has for it: hooks, secrets, env, acceptance. */
  service: Record<string, unknown>;
  /** The five versions, `3.0.0` to `3.4.0`, in their order; by its kind (`migrate`, `read`, `add`, `rename`) what each does. */
  versions: { version: string; statements: Record<string, string> }[];
}

/** Reads the page's section: its first block of SQL makes the table, its block of YAML is the config, its second block of SQL the releases. */
export async function readDatabasesExample(): Promise<DatabasesExample> {
  const page = await readFile(join(checkoutDirectory, 'docs', 'databases.md'), 'utf8');
  const section = /^## An example in four releases$(.*?)^## /ms.exec(page)?.[1] ?? '';
  const blocks = [...section.matchAll(/^```(sql|yaml)\n(.*?)^```$/gms)];
  const [table, config, statements] = blocks.map(([, , text]) => text!);
  if (blocks.map(([, language]) => language).join(' ') !== 'sql yaml sql')
    throw new Error('docs/databases.md: the example should have blocks of sql, yaml and sql, in this order');
  const { 'evenkeel:services': services } = parse(config!) as {
    'evenkeel:services': Record<string, unknown>[];
  };
  return { table: table!, service: services[0]!, versions: versionsOf(statements!) };
}

/** Each statement follows a line `-- VERSION KIND`; what a version does not name, but for its migration, it has from the one before. */
function versionsOf(text: string): DatabasesExample['versions'] {
  const versions: DatabasesExample['versions'] = [];
  for (const [, version, kind, sql] of text.matchAll(/^-- (\S+) (\S+)\n((?:(?!-- ).*\n)+)/gm)) {
    let last = versions.at(-1);
    if (last?.version !== version) {
      const { migrate: _done, ...kept } = last?.statements ?? {};
      versions.push((last = { version: version!, statements: kept }));
    }
    // An environment variable of a Dockerfile is one line.
    last!.statements[kind!] = sql!.trim().replaceAll(/\s+/g, ' ');
  }
  return versions;
}

/** The release of the sample service that does so. */
export function sampleRelease(version: string, statements: Record<string, string>): SampleRelease {
  const variables = Object.entries(statements).map(([kind, sql]) => [`SQL_${kind.toUpperCase()}`, sql]);
  return {
    version,
    env: Object.fromEntries(variables) as Record<string, string>,
    why: 'the example of docs/databases.md',
  };
}
