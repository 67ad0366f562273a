import { cacheDirectory } from '../../lab/cache-directory';
import { must } from '../../lab/must';
import { startPostgres, type LabPostgres } from '../../lab/postgres';
import { pushImage } from '../../lab/registry';
import { prepareSample } from '../../lab/sample/prepare-sample';
import { sampleHost } from '../../lab/site-stack';
import { Customers, viaEdge, type AskCustomers } from './customers';
import { readDatabasesExample, sampleRelease, type DatabasesExample } from './databases-example';
import { TestSite } from './test-site';

/** A migration that fails on a table with rows, after a statement that does not. */
const hasty =
  'ALTER TABLE customer ADD COLUMN nickname text; ALTER TABLE customer ADD COLUMN given_name text NOT NULL;';

/** The example of docs/databases.md, with the statements and the config of the page itself. */
describe('a database', () => {
  let site: TestSite;
  let postgres: LabPostgres | undefined;
  let example: DatabasesExample;
  let customers: Customers | undefined;

  beforeAll(async () => {
    [site, example] = await Promise.all([TestSite.standing('1.0.0'), readDatabasesExample()]);
    postgres = await startPostgres(site.lab, console.log);
    await offerReleases();
    await postgres.query(`${example.table} INSERT INTO customer (name) VALUES ('Grace Hopper');`);
    await setDsn(postgres.dsn);
    // No hook before the first version with a database: its secret is in no slot yet.
    const { hooks: _later, ...service } = example.service;
    await site.edit(({ services }) => void Object.assign(services[0]!, service));
    await site.editRelease('3.0.0');
    await site.up();
    await site.edit(({ services }) => void Object.assign(services[0]!, example.service));
    customers = Customers.start(
      site.lab.machines.map(({ address }) => address),
      sampleHost,
    );
  }, 300_000);

  afterAll(async () => {
    await customers?.stop();
    if (!postgres) return;
    await postgres.remove();
    // Whoever comes next finds a config that needs no database; the slots need one only for customers.
    const { hooks, secrets, env, acceptance } = site.stack.firstConfig().services[0]!;
    await site.edit((config) => {
      Object.assign(config.services[0]!, { hooks, secrets, env, acceptance });
      delete (config as { secrets?: unknown }).secrets;
    });
  }, 300_000);

  /** The page's versions, as candidates, and one whose migration fails, in the lab's registry. */
  async function offerReleases(): Promise<void> {
    const { lab } = site;
    const [first, ...further] = example.versions;
    const releases = [
      sampleRelease(first!.version, first!.statements),
      ...further.map(({ version, statements }) => sampleRelease(`${version}-rc.1`, statements)),
      sampleRelease('3.1.0-rc.0', { ...further[0]!.statements, migrate: hasty }),
    ];
    const repository = `evenkeel-lab/${lab.name}-databases`;
    const options = { docker: lab.docker, repository, cacheDirectory: cacheDirectory() };
    await prepareSample({ ...options, releases, log: console.log });
    const images = releases.map(({ version }) => `${repository}:${version}`);
    const push = (source: string, tag: string) =>
      pushImage(lab.docker, lab.name, lab.registry, source, { repository: 'sample', tag });
    await Promise.all(
      releases.map(async ({ version }, index) => {
        lab.digests[version] = await push(images[index]!, version);
      }),
    );
    // What `release` makes of it. An earlier run, with another page, may have left another image there.
    await push(`${repository}:3.3.0-rc.1`, '3.3.0');
    await must([...lab.docker, 'rmi', ...images]);
  }

  /** As a person does it, but with the secret on standard input. */
  async function setDsn(dsn: string): Promise<void> {
    const { pulumi, pulumiEnv: env } = site.lab;
    const key = 'evenkeel:secrets.shop-dsn';
    const stack = ['--stack', site.stack.name, '--config-file', site.stack.configFile, '--non-interactive'];
    await must([pulumi, 'config', 'set', '--secret', '--path', key, ...stack], { env, input: dsn });
    site.config = (await site.stack.read())!;
  }

  const columns = async () =>
    (
      await postgres!.query(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'customer' ORDER BY 1",
      )
    ).split('\n');

  /** Asks the slot that is idle, on the first machine: the site's machines alone reach it. */
  function idleSlot(): AskCustomers {
    const port = site.idle === 'blue' ? 18080 : 18081;
    return async (method, path, names) => {
      const url = `http://127.0.0.1:${port}${path}`;
      const format = '\\n%{http_code} %header{x-version}';
      const argv = ['curl', '-sS', '--max-time', '5', '-X', method, '-w', format, url];
      const body = names ? ['--data', JSON.stringify(names)] : [];
      const { stdout, stderr, code } = await site.lab.exec('pi1', [...argv, ...body]);
      if (code !== 0) throw new Error(stderr);
      const lines = stdout.split('\n');
      const [status = '', version = ''] = lines.pop()!.split(' ');
      return { status: Number(status), version, body: lines.join('\n').trim() };
    };
  }

  /** Two versions on one database: each reads what the other one adds and renames, the live one through the edges. */
  async function agree(live: string, idle: string): Promise<void> {
    expect(await site.versions()).toEqual(site.everywhere(live));
    const viaLive = viaEdge(site.address('pi2'), sampleHost, false);
    const viaIdle = idleSlot();
    expect((await viaIdle('GET', '/version')).version).toBe(idle);
    const both = customers!;
    const ofLive = await both.add(viaLive, 'Edsger', 'Dijkstra');
    const ofIdle = await both.add(viaIdle, 'Donald', 'Knuth');
    for (const ask of [viaLive, viaIdle]) for (const id of [ofLive, ofIdle]) await both.read(ask, id);
    await both.rename(viaIdle, ofLive, 'Barbara', 'Liskov');
    await both.rename(viaLive, ofIdle, 'Frances', 'Allen');
    for (const ask of [viaLive, viaIdle]) for (const id of [ofLive, ofIdle]) await both.read(ask, id);
  }

  /** The idle slot gets `version`, in the config only. */
  const editPrerelease = (version: string) =>
    site.edit(({ release }) => {
      release.services['shop']![site.idle] = site.stack.release(version);
      release.generation += 1;
    });

  it('is left as it was by a migration that fails, and so is the public', async () => {
    const before = await site.taskIds();
    await editPrerelease('3.1.0-rc.0');
    const output = await site.refusedUp();
    expect(output).toContain('The hook beforePrerelease of shop failed: exit code 1');
    expect(output).toContain('column "given_name" of relation "customer" contains null values');
    expect(output).not.toContain(new URL(postgres!.dsn).password);
    expect(await columns()).toEqual(['id', 'name']);
    expect(await site.versions()).toEqual(site.everywhere('3.0.0'));
    expect(await site.taskIds()).toEqual(before);
    expect(customers!.failures).toEqual([]);
  }, 300_000);

  it('is expanded for a candidate; both versions work with it, after the switch and after a rollback too', async () => {
    await editPrerelease('3.1.0-rc.1');
    await site.up();
    expect(await columns()).toEqual(['family_name', 'given_name', 'id', 'name']);
    await agree('3.0.0', '3.1.0-rc.1');
    await site.editSwitch();
    await site.up();
    await agree('3.1.0-rc.1', '3.0.0');
    await site.must('rollback', 'shop');
    await agree('3.0.0', '3.1.0-rc.1');
    await site.editSwitch();
    await site.up();
    await agree('3.1.0-rc.1', '3.0.0');
    expect(customers!.failures).toEqual([]);
  }, 300_000);

  it.each([
    ['3.2.0-rc.1', '3.1.0-rc.1'],
    ['3.3.0-rc.1', '3.2.0-rc.1'],
  ])(
    'has what %s needs, and %s still needs',
    async (version, before) => {
      await site.editRelease(version);
      const { output } = await site.up();
      expect(output).toContain(`migrate: the database is ready for ${version}`);
      await agree(version, before);
      expect(customers!.failures).toEqual([]);
    },
    300_000,
  );

  it('is contracted when the version that stopped using it is released', async () => {
    await site.must('release', 'shop', '--config-only');
    await site.up();
    expect(await columns()).toContain('name');
    await site.editRelease('3.4.0-rc.1');
    await site.up();
    expect(await columns()).toEqual(['family_name', 'given_name', 'id']);
    await agree('3.4.0-rc.1', '3.3.0-rc.1');
    expect(customers!.failures).toEqual([]);
  }, 300_000);

  it('has every row that a client was told of at the end, once, and no other', async () => {
    await customers!.stop();
    expect(customers!.failures).toEqual([]);
    const rows = await postgres!.query(
      "SELECT id, given_name || ' ' || family_name FROM customer WHERE id > 1 ORDER BY id",
    );
    const told = [...customers!.names].sort(([a], [b]) => Number(a) - Number(b));
    expect(rows.split('\n')).toEqual(told.map(([id, name]) => `${id}\t${name}`));
    // All five versions wrote and read, so each of them met rows of its neighbours.
    const { answered } = customers!;
    for (const { version } of example.versions)
      for (const method of ['POST', 'PUT', 'GET'])
        expect(Object.keys(answered)).toContain(`${method} ${version}${version === '3.0.0' ? '' : '-rc.1'}`);
    console.log(`${customers!.requests} requests, ${told.length} customers`, answered);
  }, 300_000);

  it('has a password that no label, environment, log or plain text of the stack file shows', async () => {
    const password = new URL(postgres!.dsn).password;
    const services = (await site.docker('service', 'ls', '-q')).split('\n');
    const tasks = (await site.docker('ps', '-aq')).split('\n');
    const seen = [
      await site.docker('service', 'inspect', ...services),
      await site.docker('inspect', ...tasks),
      await site.logsOf(`shop-${site.live}`),
      await must([...site.lab.docker, 'logs', `${site.lab.name}-postgres`]),
      await site.stack.readText(),
    ];
    for (const text of seen) expect(text).not.toContain(password);
  }, 300_000);
});
