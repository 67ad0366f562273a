import { createPrivateKey, createPublicKey, webcrypto, type KeyObject } from 'node:crypto';

/** A key as Web Crypto takes it, with the algorithm that the official plugin would sign with. */
export interface SigningKey {
  /** As the official plugin calls it. */
  algorithm: 'RSA' | 'ECDSA' | 'ED25519';
  keys: webcrypto.CryptoKeyPair;
  signing: { name: string; hash?: string };
}

/** Web Crypto's names of the curves, and the hash that Go signs with for each (crypto/x509, signingParamsForKey). */
const ecdsa: Record<string, { namedCurve: string; hash: string }> = {
  prime256v1: { namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};

/**
 * Reads a private key.
 *
 * @param pem PKCS #1, SEC 1 or PKCS #8
 * @throws Error when it can't be read, without a word of it; and for P224, which Web Crypto does not have
 */
export async function signingKey(pem: string): Promise<SigningKey> {
  const key = parsed(pem);
  const type: string = key.asymmetricKeyType ?? 'none';
  switch (type) {
    case 'rsa': {
      const signing = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
      return { algorithm: 'RSA', signing, keys: await imported(key, signing) };
    }
    case 'ec': {
      const curve = ecdsa[key.asymmetricKeyDetails?.namedCurve ?? ''];
      if (curve === undefined) {
        throw new Error("the lab's stand-in of the tls plugin signs with P256, P384 and P521 only");
      }
      const signing = { name: 'ECDSA', hash: curve.hash };
      const keys = await imported(key, { name: 'ECDSA', namedCurve: curve.namedCurve });
      return { algorithm: 'ECDSA', signing, keys };
    }
    case 'ed25519':
      return {
        algorithm: 'ED25519',
        signing: { name: 'Ed25519' },
        keys: await imported(key, { name: 'Ed25519' }),
      };
    default:
      throw new Error('Failed to parse private key PEM: it is of no algorithm that is supported');
  }
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('Failed to parse private key PEM');
  }
}

async function imported(
  key: KeyObject,
  algorithm: { name: string; hash?: string; namedCurve?: string },
): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  };
}
