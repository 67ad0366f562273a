import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labVariables } from '../../lab/lab-variables';
import { checkoutDirectory } from '../../lab/lab-directory';
import { tagSample } from '../../lab/tag-sample';
import { TestSite } from './test-site';

/**
 * The examples of the help, in an order in which each is right, each as it is printed. With `yes`, the word `--yes` is
 * added; without, the question is answered on a terminal (a pseudo one), as a person does.
 */
const examples: readonly { line: string; yes?: boolean; code?: number; says: string | RegExp }[] = [
  { line: 'status', says: 'lab: all is well' },
  // The other examples of `node` are what node-maintenance.spec.ts and node-replacement.spec.ts run.
  { line: 'node', says: /pi1 .*in service/ },
  { line: 'prerelease shop 1.5.0-rc.1', yes: true, says: 'the candidate 1.5.0-rc.1 runs in' },
  { line: 'diff', says: 'nothing differs' },
  // What it shows of a site with TLS: tls.spec.ts.
  { line: 'certs', code: 3, says: 'this site has no TLS' },
  { line: 'logs shop', says: 'listening on' },
  { line: 'logs shop --candidate --tail 20', says: 'listening on' },
  { line: 'canary shop 5', yes: true, says: '5 % of the clients are on the candidate' },
  { line: 'canary shop 0', yes: true, says: 'all clients are on 1.0.0' },
  { line: 'hold shop --why "stocktaking until Monday"', says: 'is written' },
  { line: 'switch shop --yes', code: 3, says: 'shop is on hold: stocktaking until Monday' },
  { line: 'unhold shop', says: 'is written' },
  { line: 'switch shop', says: 'shop: 1.5.0-rc.1 is live. To undo it: evenkeel rollback shop' },
  { line: 'maintenance shop on', yes: true, says: 'maintenance is on' },
  { line: 'maintenance shop off', yes: true, says: 'maintenance is off' },
  { line: 'rollback shop', says: /rolled back from 1\.5\.0-rc\.1 to 1\.0\.0 on pi\d, pi\d, pi\d in \d+ ms/ },
  { line: 'release shop 1.5.0 --switch', yes: true, says: 'shop: 1.5.0 is stable' },
  { line: 'release shop 1.5.0 --yes', says: '(there already)' },
  { line: 'history shop', says: '1.5.0-rc.1 -> 1.5.0' },
  { line: 'rollback shop --config-only', says: 'rolled back from 1.5.0 to 1.0.0' },
  { line: 'abort shop', yes: true, says: 'the candidate is gone; 1.0.0 is live as before' },
  { line: 'redeploy shop --config-only', says: 'is written' },
  { line: 'backup', says: 'state.json, swarm.json' },
  // On a site that is well. It is practised in recover.spec.ts.
  { line: 'recover', code: 3, says: 'has a quorum, so there is nothing to recover' },
];

describe('the help', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await tagSample(site.lab, '1.1.0-rc.2', '1.5.0-rc.1');
    const command = 'curl -fsS --max-time 5 "$EVENKEEL_CANDIDATE_URL/alive"';
    await site.edit(({ services }) => void (services[0]!['acceptance'] = { command, timeout: '10s' }));
  }, 300_000);

  afterAll(async () => {
    const folder = join(checkoutDirectory, 'backups');
    for (const name of await readdir(folder).catch(() => []))
      if (name.startsWith('lab-')) await rm(join(folder, name), { recursive: true });
  });

  /** Runs a line in a shell, on a terminal where somebody answers "y" to whatever is asked. */
  async function type(line: string): Promise<{ code: number; output: string }> {
    const env = { ...process.env, ...labVariables(site.lab), NO_COLOR: '1' };
    const words = ['-c', `echo y | script -qefc "$0" /dev/null`, `./evenkeel ${line}`];
    try {
      const { stdout } = await promisify(execFile)('bash', words, { cwd: checkoutDirectory, env });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout = '' } = error as { code?: number; stdout?: string };
      return { code: code ?? 1, output: stdout };
    }
  }

  /** What the help of a command has behind "Examples:", without what is a remark. */
  async function examplesOf(command: string): Promise<string[]> {
    const { stdout } = await promisify(execFile)(join(checkoutDirectory, 'evenkeel'), [command, '--help']);
    return [...stdout.matchAll(/^ {2}\$ \.\/evenkeel (.*?)(?: +#.*)?$/gm)].map((match) => match[1]!);
  }

  it.each(examples)(
    'has an example that works: $line',
    async ({ line, yes, code = 0, says }) => {
      expect(await examplesOf(line.split(' ')[0]!)).toContain(line);
      const done = await type(yes ? `${line} --yes` : line);
      expect(done.output).toMatch(says);
      expect(done.code).toBe(code);
    },
    300_000,
  );

  it('has an example of every command that is tried here', async () => {
    const { stdout } = await promisify(execFile)(join(checkoutDirectory, 'evenkeel'), ['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map((match) => match[1]!);
    const tried = new Set(examples.map(({ line }) => line.split(' ')[0]!));
    // The lab's own command is tried by demonstration.spec.ts, what a drill does by drill.spec.ts, a mesh by mesh.spec.ts, and
    // `test` is what runs this. The ways of `notify` are tried by notify/senders.spec.ts.
    const elsewhere = ['drill', 'help', 'lab', 'mesh', 'notify', 'test'];
    expect(commands.filter((command) => !tried.has(command)).sort()).toEqual(elsewhere);
  });
});
