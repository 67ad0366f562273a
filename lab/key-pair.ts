import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { utils } from 'ssh2';

/** An ed25519 key pair in OpenSSH's form. */
export interface KeyPair {
  /** File of the private key, mode 0600; the public one is beside it, with `.pub`. */
  privateKeyPath: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  publicKey: string;
}

/** Reads the key pair at `privateKeyPath`, or makes one there. */
export function ensureKeyPair(privateKeyPath: string): KeyPair {
  if (!existsSync(privateKeyPath)) {
    mkdirSync(dirname(privateKeyPath), { recursive: true, mode: 0o700 });
    const pair = newKey('ed25519');
    writeFileSync(`${privateKeyPath}.pub`, `${pair.public.trim()}\n`);
    // The private key last: where it stands, both do.
    writeFileSync(`${privateKeyPath}.draft`, pair.private, { mode: 0o600 });
    chmodSync(`${privateKeyPath}.draft`, 0o600);
    renameSync(`${privateKeyPath}.draft`, privateKeyPath);
  }
  const [kind = '', body = ''] = readFileSync(`${privateKeyPath}.pub`, 'utf8').trim().split(/\s+/);
  return { privateKeyPath, publicKey: `${kind} ${body}` };
}

/** A kind of key, in ssh-keygen's words. */
export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** Bits of a new key; ed25519 has one size. */
const bits = { ecdsa: 256, rsa: 2048 } as const;

/**
 * A new pair of keys, in OpenSSH's formats. About 1 of 250 Ed25519 keys that ssh2 1.17.0 makes can't be read again
 * (measured): such a pair is thrown away.
 */
export function newKey(type: KeyType): { private: string; public: string } {
  for (;;) {
    const pair =
      type === 'ed25519'
        ? utils.generateKeyPairSync(type)
        : utils.generateKeyPairSync(type as 'rsa', { bits: bits[type] });
    if (isReadable(pair.private) && isReadable(pair.public)) return pair;
  }
}

function isReadable(key: string): boolean {
  return !(utils.parseKey(key) instanceof Error);
}
