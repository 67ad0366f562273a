import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Client from 'cloudflare';
import { makeCsr } from './csr.fixture';
import { labToken } from './stand-in';

const folder = mkdtempSync(join(tmpdir(), 'cloudflare-'));
const stateFile = join(folder, 'state.json');
const root = join(__dirname, '..', '..');
let child: ChildProcess | undefined;

afterAll(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

/** Starts the process and waits for the line with its address. */
async function start(): Promise<Client> {
  // Not through tsx's own command, which starts node as its child: a kill would leave that one behind.
  const argv = ['--import', 'tsx', join(__dirname, 'main.ts'), '--port', '0', '--state', stateFile];
  child = spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return new Client({ apiToken: labToken, baseURL: line, maxRetries: 0 });
}

describe('a stand-in that dies', () => {
  it('is back with records, certificates and its CA after a kill', async () => {
    const before = await start();
    const zone_id = (await before.zones.list({ name: 'example.com' })).result[0]!.id;
    const record = await before.dns.records.create({
      zone_id,
      type: 'A',
      name: 'shop.example.com',
      content: '192.0.2.1',
      ttl: 60,
    });
    const csr = await makeCsr();
    const hostnames = ['example.com'];
    const certificate = await before.originCACertificates.create({
      csr,
      hostnames,
      request_type: 'origin-ecc',
    });
    // It has the CA's key.
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    const ended = once(child!, 'exit');
    child!.kill('SIGKILL');
    await ended;

    const after = await start();
    expect(await after.dns.records.get(record.id, { zone_id })).toEqual(record);
    expect(await after.originCACertificates.get(certificate.id!)).toEqual(certificate);
  }, 120_000);
});
