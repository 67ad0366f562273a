import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolConfig } from '../config/site-config';
import { newCertificate } from '../test/certificate';
import { readWatchdogFiles } from './read-watchdog-files';

const authority = newCertificate({ names: ['ca'], isAuthority: true });
const own = newCertificate({ names: ['watchdog'], issuer: authority });

describe('readWatchdogFiles', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'evenkeel-watchdog-files-'));
    writeFileSync(file('ca.pem'), authority.certificate);
    writeFileSync(file('own.pem'), own.certificate);
    writeFileSync(file('nothing.pem'), 'nothing\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (name: string) => join(directory, name);
  const read = (check: Partial<PoolConfig['check']>, key = own.key) =>
    readWatchdogFiles({ check: { scheme: 'https', ...check } }, { 'watchdog-key': key });
  const pair = (name: string) => ({ clientCertificate: { certificate: file(name), key: 'watchdog-key' } });

  it('reads what the config names, and the program', async () => {
    const { program, ...certificates } = await read({ caFile: file('ca.pem'), ...pair('own.pem') });
    expect(certificates).toEqual({ ca: authority.certificate, certificate: own.certificate });
    expect(program).toContain('evenkeel-watchdog');
    expect(Object.keys(await read({}))).toEqual(['program']);
  });

  it.each([
    ['a CA that is not there', { caFile: '/nowhere.pem' }, 'evenkeel:pool.check.caFile'],
    ['a CA that is none', () => ({ caFile: file('own.pem') }), 'evenkeel:pool.check.caFile'],
    [
      'a certificate that is none',
      () => pair('nothing.pem'),
      'evenkeel:pool.check.clientCertificate.certificate',
    ],
  ] as const)('refuses %s, and says where', async (_, check, key) => {
    const refused = read(typeof check === 'function' ? check() : check);
    await expect(refused).rejects.toThrow(key);
  });

  it('refuses a key that is not that of the certificate, without a word of it', async () => {
    const error = (await read(pair('own.pem'), authority.key).catch((caught: unknown) => caught)) as Error;
    expect(error.message).toContain('evenkeel:pool.check.clientCertificate.key: got "watchdog-key"');
    expect(error.message).not.toContain(authority.key.split('\n')[1]);
  });
});
