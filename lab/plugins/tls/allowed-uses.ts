import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const { KeyUsageFlags: flags } = x509;

/** Key usages by the name that the official plugin takes (internal/provider/common_cert.go). */
const usages: Record<string, number> = {
  digital_signature: flags.digitalSignature,
  content_commitment: flags.nonRepudiation,
  key_encipherment: flags.keyEncipherment,
  data_encipherment: flags.dataEncipherment,
  key_agreement: flags.keyAgreement,
  cert_signing: flags.keyCertSign,
  crl_signing: flags.cRLSign,
  encipher_only: flags.encipherOnly,
  decipher_only: flags.decipherOnly,
};

/** Extended ones; those that nobody has used for long are left out. */
const extended: Record<string, string> = {
  server_auth: x509.ExtendedKeyUsage.serverAuth,
  client_auth: x509.ExtendedKeyUsage.clientAuth,
  code_signing: x509.ExtendedKeyUsage.codeSigning,
  email_protection: x509.ExtendedKeyUsage.emailProtection,
  timestamping: x509.ExtendedKeyUsage.timeStamping,
  ocsp_signing: x509.ExtendedKeyUsage.ocspSigning,
};

/** The names that are known. */
export const allowedUseNames = [...Object.keys(usages), ...Object.keys(extended)];

/** What the extensions of a certificate say of `uses`. */
export function usageExtensions(uses: readonly string[]): x509.Extension[] {
  const bits = uses.reduce((sum, use) => sum | (usages[use] ?? 0), 0);
  const purposes = uses.flatMap((use) => extended[use] ?? []);
  return [
    ...(bits === 0 ? [] : [new x509.KeyUsagesExtension(bits, true)]),
    ...(purposes.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(purposes)]),
  ];
}
