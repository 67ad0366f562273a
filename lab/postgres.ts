import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDirectory } from './cache-directory';
import { ensureContainer } from './containers';
import { ensureDocker } from './engine';
import { ensureImages } from './images';
import type { Lab } from './lab';
import type { Log } from './log';
import { must } from './must';
import { containerName } from './naming';
import { run } from './run';
import { hostAddress } from './subnet';

/** A PostgreSQL on the lab's network. */
export interface LabPostgres {
  /** `postgres://shop:PASSWORD@ADDRESS:5432/shop`: a secret. */
  dsn: string;
  /** Runs SQL as the owner of the database; resolves with the rows, a line each, columns separated by tabs. Throws when a statement fails. */
  query(sql: string): Promise<string>;
  /** Removes it with all its data. `labDown`, and a `labUp`, do so too. */
  remove(): Promise<void>;
}

/**
 * Starts an empty PostgreSQL, in place of one that an earlier run has left, with a database `shop` and a user of that name.
 * No lab has one unless a test asks for it. The image takes half a minute to make, once.
 */
export async function startPostgres(lab: Lab, log: Log): Promise<LabPostgres> {
  const { docker, name, checkout, directory, subnet } = lab;
  const part = 'postgres';
  const container = containerName(name, part);
  const remove = async () => void (await must([...docker, 'rm', '-f', '-v', container]));
  const psql = (database: string, sql: string) =>
    must([...docker, 'exec', '-i', container, ...words, '--dbname', database], { input: sql });

  const engine = await ensureDocker({ cacheDirectory: cacheDirectory(), log });
  const { postgres: image } = await ensureImages(engine, ['postgres'], cacheDirectory(), log);
  await run([...docker, 'rm', '-f', '-v', container]);
  const address = hostAddress(subnet, 6);
  await ensureContainer(
    docker,
    { lab: name, checkout, part, image, network: name, address, options: [], command: [], files: {} },
    join(directory, 'staging'),
  );
  await ready(docker, container);
  const password = randomBytes(24).toString('base64url');
  // A statement that fails is written to the server's log, and this one has a password in it.
  await psql(
    'postgres',
    `SET log_min_error_statement = panic; CREATE ROLE shop LOGIN PASSWORD '${password}'; CREATE DATABASE shop OWNER shop;`,
  );
  return {
    dsn: `postgres://shop:${password}@${address}:5432/shop`,
    query: (sql) => psql('shop', `SET ROLE shop; ${sql}`),
    remove,
  };
}

/** As the user `postgres` of the container, whom PostgreSQL knows; the SQL is on standard input. */
const words =
  'psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=\t --set=ON_ERROR_STOP=1'.split(' ');

async function ready(docker: string[], container: string): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(100)) {
    const { code } = await run([...docker, 'exec', container, 'pg_isready', '--quiet']);
    if (code === 0) return;
    if (Date.now() < until) continue;
    const { stdout, stderr } = await run([...docker, 'logs', '--tail', '15', container]);
    throw new Error(`The lab's PostgreSQL (container ${container}) does not start:\n${stdout}${stderr}`);
  }
}
