import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };
const day = 86_400_000;

/** A certificate authority's certificate and key, PEM. */
export interface Authority {
  certificate: string;
  privateKey: string;
}

/** Makes a CA with an ECDSA P-256 key that signs itself for ten years. */
export async function makeAuthority(name: string, now: Date): Promise<Authority> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = {
    privateKey: await imported(pair.privateKey),
    publicKey: await importedPublic(pair.publicKey),
  };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    notBefore: new Date(now.getTime() - 60_000),
    notAfter: new Date(now.getTime() + 3650 * day),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate: `${certificate.toString('pem')}\n`, privateKey };
}

/** What a certificate is signed from. */
export interface SigningRequest {
  /** The certificate signing request, PEM. */
  csr: string;
  /** The names that the certificate is good for. Those in the request count for nothing, as at Cloudflare. */
  hostnames: string[];
  notBefore: Date;
  /** How long it is valid, in days. */
  days: number;
}

/** A certificate that was signed. */
export interface SignedCertificate {
  /** PEM. */
  certificate: string;
  /** The serial number in decimal digits. */
  serial: string;
  expiresOn: Date;
}

/** Signs a certificate for servers and clients. @throws Error when the request can't be read or its signature is wrong */
export async function sign(authority: Authority, request: SigningRequest): Promise<SignedCertificate> {
  const csr = new x509.Pkcs10CertificateRequest(request.csr);
  if (!(await csr.verify())) throw new Error('the signature of the request does not fit its key');
  const issuer = new x509.X509Certificate(authority.certificate);
  const serial = serialNumber();
  const expiresOn = new Date(request.notBefore.getTime() + request.days * day);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: 'O=Evenkeel lab, OU=Origin CA, CN=Origin Certificate',
    issuer: issuer.subject,
    notBefore: request.notBefore,
    notAfter: expiresOn,
    publicKey: csr.publicKey,
    signingKey: await imported(createPrivateKey(authority.privateKey)),
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(request.hostnames.map((value) => ({ type: 'dns', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    serial: BigInt(`0x${serial}`).toString(),
    expiresOn: certificate.notAfter,
  };
}

/** 19 random octets with a first one that is neither zero nor negative (RFC 5280, 4.1.2.2: positive, at most 20 octets). */
function serialNumber(): string {
  const octets = randomBytes(19);
  octets[0] = (octets[0]! & 0x3f) | 0x40;
  return octets.toString('hex');
}

function imported(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
}

function importedPublic(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: 'spki', format: 'der' });
  return webcrypto.subtle.importKey('spki', der, algorithm, true, ['verify']);
}
