import { isAlive } from '../test/is-alive';
import { until } from '../test/lab/until';
import { runUserCommand } from './user-command';

async function run(command: string, environment: Record<string, string> = {}, timeout = 10_000) {
  const lines: string[] = [];
  const failure = await runUserCommand(command, environment, timeout, (line) => lines.push(line));
  return { failure, lines };
}

describe('runUserCommand', () => {
  it('succeeds with exit code 0, and passes on what is printed line by line, a last one without its end too', async () => {
    expect(await run('echo one; echo two >&2; printf three')).toEqual({
      failure: undefined,
      lines: expect.arrayContaining(['one', 'two', 'three']) as string[],
    });
  });

  it('is a shell command with our environment and what is added', async () => {
    const { lines } = await run('echo "$HOME $ADDED" | tr a-z A-Z', { ADDED: 'and this' });
    expect(lines).toEqual([`${process.env['HOME']} and this`.toUpperCase()]);
  });

  it('has nothing on its standard input to wait for', async () => {
    expect(await run('cat')).toEqual({ failure: undefined, lines: [] });
  });

  it.each([
    ['exit 3', 'exit code 3'],
    ['no-such-command-anywhere 2>/dev/null', 'exit code 127'],
    ['kill -9 $$', 'exit code SIGKILL'],
  ])('fails: %s', async (command, failure) => {
    expect((await run(command)).failure).toBe(failure);
  });

  it('is killed with what it has started when its time is over', async () => {
    const { failure, lines } = await run('sleep 60 & echo $!; wait', {}, 4000);
    expect(failure).toBe('not done within 4 s');
    await until(
      'it is gone',
      () => Promise.resolve(isAlive(Number(lines[0]))),
      (alive) => !alive,
      10_000,
    );
  });

  it('is not waited for when something of it has got away and holds its output', async () => {
    const { failure, lines } = await run("setsid sh -c 'echo $$; exec sleep 60' & sleep 0.2", {}, 4000);
    // It sleeps for a minute: we are not behind its end.
    expect(isAlive(Number(lines[0]))).toBe(true);
    process.kill(Number(lines[0]), 'SIGKILL');
    expect(failure).toBe('not done within 4 s');
  });
});
