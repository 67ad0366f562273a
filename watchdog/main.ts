import { sendTest } from '../notify/send-test';
import { runWatchdog } from './run-watchdog';
import { readSettings } from './settings';

/**
 * The watchdog as a program of its own, bundled into one file by `bundle.mjs`:
 *
 *     node watchdog.js SETTINGS           goes on until SIGTERM
 *     node watchdog.js SETTINGS notify    sends a test message by each way and says how each went
 */
async function main([path = '/etc/evenkeel/watchdog.json', act]: string[]): Promise<number> {
  const settings = await readSettings(path);
  if (act === 'notify') {
    const { destinations, pool, site } = settings;
    return (await sendTest(destinations, pool.hostnames, site, console.log)) ? 0 : 1;
  }
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  await runWatchdog(settings, stop.signal, (line) => console.log(`${new Date().toISOString()} ${line}`));
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
