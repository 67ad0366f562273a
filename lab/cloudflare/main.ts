import { parseArgs } from 'node:util';
import { startCloudflare } from './start-cloudflare';

/**
 * A stand-in of Cloudflare's API as a process of its own:
 *
 *     node --import tsx lab/cloudflare/main.ts [--host 127.0.0.1] [--port 8787] [--state FILE] [--zone example.com]…
 *
 * Prints the API's base and ends with SIGTERM or SIGINT. Its token: lab-token.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8787' },
      state: { type: 'string' },
      zone: { type: 'string', multiple: true, default: ['example.com'] },
    },
  });
  const { host, port, state, zone } = values;
  const cloudflare = await startCloudflare({
    host,
    port: Number(port),
    zones: zone,
    ...(state === undefined ? {} : { stateFile: state }),
  });
  const end = () => void cloudflare.stop().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
  process.stdout.write(`${cloudflare.url}\n`);
}

void main();
