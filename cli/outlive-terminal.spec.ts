import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process as ours, with the handler that Pulumi's Automation API has for what nobody caught; it speaks until it is done. */
const program = (before: string) => `
  ${before}
  process.on('uncaughtException', (error) => console.error('uncaught', error));
  let said = 0;
  const speaking = setInterval(() => {
    console.error('line', ++said);
    if (said === 100) { clearInterval(speaking); process.exitCode = 7; }
  }, 5);
`;
const outlive = `require(${JSON.stringify(join(__dirname, 'outlive-terminal.ts'))}).outliveTerminal();`;

/** Runs it with a terminal that goes away after the first line. @returns its exit code, or what ended it */
async function run(before: string): Promise<number | string | null> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program(before)], {
    cwd: join(__dirname, '..'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  await once(child.stderr, 'data');
  child.stderr.destroy();
  const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const [code, signal] = await ended;
  clearTimeout(limit);
  return code ?? signal;
}

it('a command whose terminal is gone goes on to its end', async () => {
  expect(await run(outlive)).toBe(7);
});
