import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Bag } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';

/** OpenSSL's names of the curves. */
const curves: Record<string, string> = {
  P224: 'secp224r1',
  P256: 'prime256v1',
  P384: 'secp384r1',
  P521: 'secp521r1',
};

/**
 * `tls.PrivateKey`. Every change makes it anew; there is nothing to read or to end. What is in OpenSSH's formats stays
 * empty, as the official one leaves it for P224. Source: internal/provider/resource_private_key.go of
 * github.com/hashicorp/terraform-provider-tls, v4.
 */
export const privateKey: ResourceKind = {
  inputs: {
    algorithm: { kind: 'text', required: true, replaces: true, allowed: ['RSA', 'ECDSA', 'ED25519'] },
    ecdsaCurve: { kind: 'text', replaces: true, standard: 'P224', allowed: Object.keys(curves) },
    rsaBits: { kind: 'number', replaces: true, standard: 2048 },
  },
  computed: {
    privateKeyPem: 'secret',
    privateKeyPemPkcs8: 'secret',
    privateKeyOpenssh: 'secret',
    publicKeyPem: 'plain',
    publicKeyOpenssh: 'plain',
    publicKeyFingerprintMd5: 'plain',
    publicKeyFingerprintSha256: 'plain',
  },
  create(inputs) {
    const { key, pem } = made(inputs);
    const publicKeyPem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const computed = {
      privateKeyPem: pem,
      privateKeyPemPkcs8: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      privateKeyOpenssh: '',
      publicKeyPem,
      publicKeyOpenssh: '',
      publicKeyFingerprintMd5: '',
      publicKeyFingerprintSha256: '',
    };
    return Promise.resolve({ id: createHash('sha1').update(publicKeyPem).digest('hex'), computed });
  },
  read: (_id, state) => Promise.resolve(state),
  update: () => Promise.reject(new Error('a private key is made anew, never changed')),
  delete: () => Promise.resolve(),
};

/** A new key, and its PEM in the format of its algorithm: PKCS #1, SEC 1 or PKCS #8. */
function made(inputs: Bag): { key: { privateKey: KeyObject; publicKey: KeyObject }; pem: string } {
  switch (textOf(inputs['algorithm'])) {
    case 'RSA': {
      const key = generateKeyPairSync('rsa', { modulusLength: Number(inputs['rsaBits']) });
      return { key, pem: key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
    }
    case 'ECDSA': {
      const key = generateKeyPairSync('ec', { namedCurve: curves[textOf(inputs['ecdsaCurve'])]! });
      return { key, pem: key.privateKey.export({ type: 'sec1', format: 'pem' }).toString() };
    }
    default: {
      const key = generateKeyPairSync('ed25519');
      return { key, pem: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    }
  }
}
