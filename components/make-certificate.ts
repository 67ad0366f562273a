import { OriginCaCertificate } from '@pulumi/cloudflare/originCaCertificate';
import * as pulumi from '@pulumi/pulumi';
import { CertRequest } from '@pulumi/tls/certRequest';
import { PrivateKey } from '@pulumi/tls/privateKey';
import { SelfSignedCert } from '@pulumi/tls/selfSignedCert';
import { publicNames } from '../config/public-names';
import type { SiteConfig, TlsConfig } from '../config/site-config';
import type { CertificatePlan } from '../edge/certificate-plan';

/** Longest common name of a certificate (RFC 5280, ub-common-name). Names count in the list of alternative ones, this one is for people. */
const longestCommonName = 64;

/** A key of the profile: small, quick to sign with, and taken by all clients that speak TLS 1.2 (Mozilla's guideline 5.8). */
const keyKind = { algorithm: 'ECDSA', ecdsaCurve: 'P256' };

/**
 * A new key, and a certificate for it with all of the site's public names: self-signed, or from Cloudflare's Origin CA.
 *
 * In a file of its own, which is loaded only when it is needed: the two SDKs take 0.3 s of CPU time (measured).
 *
 * @param options `provider` is the one for Cloudflare's API; by default Pulumi's own, which reads CLOUDFLARE_API_TOKEN.
 * @returns both as PEM; the key is a secret.
 */
export function makeCertificate(
  site: SiteConfig & { edge: { tls: TlsConfig } },
  plan: Pick<CertificatePlan, 'made'>,
  { parent, provider }: { parent: pulumi.Resource; provider?: pulumi.ProviderResource },
): { certificate: pulumi.Output<string>; key: pulumi.Output<string> } {
  const { selfSigned, cloudflare } = site.edge.tls.certificate;
  const names = publicNames(site);
  const commonName = names.find((each) => each.length <= longestCommonName);
  const about = { dnsNames: names, ...(commonName && { subject: { commonName } }) };
  const options = { parent };
  const { privateKeyPem } = new PrivateKey(`key-${plan.made}`, keyKind, options);
  const key = pulumi.secret(privateKeyPem);
  if (selfSigned) {
    const made = new SelfSignedCert(
      `self-signed-${plan.made}`,
      {
        privateKeyPem: key,
        ...about,
        validityPeriodHours: selfSigned.validity * 24,
        allowedUses: ['digital_signature', 'server_auth'],
      },
      options,
    );
    return { certificate: made.certPem, key };
  }
  const request = new CertRequest(`request-${plan.made}`, { privateKeyPem: key, ...about }, options);
  const made = new OriginCaCertificate(
    `origin-${plan.made}`,
    {
      csr: request.certRequestPem,
      hostnames: names,
      requestType: 'origin-ecc',
      requestedValidity: cloudflare!.validity,
    },
    {
      ...options,
      ...(provider && { provider }),
      // Deleting is revoking: an edge whose machine is away would come back with one that Cloudflare refuses. It ends by itself.
      retainOnDelete: true,
    },
  );
  return { certificate: made.certificate, key };
}
