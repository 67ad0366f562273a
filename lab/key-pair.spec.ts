import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { ensureKeyPair, newKey } from './key-pair';
import { FakeSshd } from './plugins/fake-sshd';

/** Lets ssh2 make two pairs that it can't read itself, one for each half, before it makes proper ones. */
function makeUnreadableFirst(): void {
  const make = utils.generateKeyPairSync.bind(utils);
  const proper = make('ed25519');
  jest
    .spyOn(utils, 'generateKeyPairSync')
    .mockImplementation(() => make('ed25519'))
    .mockReturnValueOnce({ ...proper, private: proper.private.replace(/\n[^-]{20}/, '\n') })
    .mockReturnValueOnce({ ...proper, public: 'ssh-ed25519 AAAA' });
}

const readable = (key: string | Buffer) => !(utils.parseKey(key) instanceof Error);

afterEach(() => jest.restoreAllMocks());

describe('newKey', () => {
  it('throws a pair away of which ssh2 can read only one half', () => {
    makeUnreadableFirst();
    const made = newKey('ed25519');
    expect([made.private, made.public].map(readable)).toEqual([true, true]);
    expect(utils.generateKeyPairSync).toHaveBeenCalledTimes(3);
  });

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('makes a pair of type %s', (type) => {
    const made = newKey(type);
    const { type: name } = utils.parseKey(made.public) as { type: string };
    expect(name).toContain(type);
  });
});

describe('ensureKeyPair', () => {
  it('leaves a pair of which both halves can be read, and makes no second one', () => {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-key-'));
    try {
      makeUnreadableFirst();
      const made = ensureKeyPair(join(directory, 'sub', 'id'));
      const file = readFileSync(made.privateKeyPath);
      expect([file, made.publicKey].map(readable)).toEqual([true, true]);
      expect((statSync(made.privateKeyPath).mode & 0o777).toString(8)).toBe('600');
      expect(ensureKeyPair(made.privateKeyPath)).toEqual(made);
      expect(readFileSync(made.privateKeyPath)).toEqual(file);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('FakeSshd', () => {
  it('has keys that can be read', () => {
    makeUnreadableFirst();
    const { privateKey, hostKey } = new FakeSshd();
    expect([privateKey, hostKey].map(readable)).toEqual([true, true]);
  });
});
