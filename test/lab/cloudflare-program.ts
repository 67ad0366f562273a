import { OriginCaCertificate } from '@pulumi/cloudflare/originCaCertificate';
import { CertRequest, PrivateKey } from '@pulumi/tls';
import { cloudflareProvider } from '../../components/cloudflare-provider';
import { Zone } from '../../components/zone';
import type { CloudflareConfig } from '../../config/site-config';

/**
 * A zone's settings, and an origin certificate with its key: what a site has at Cloudflare, without the site. The
 * section comes in EVENKEEL_TEST_CLOUDFLARE, as JSON, and its token in EVENKEEL_TEST_TOKEN.
 */
export = () => {
  const cloudflare = JSON.parse(process.env['EVENKEEL_TEST_CLOUDFLARE']!) as CloudflareConfig;
  const secrets = { [cloudflare.token]: process.env['EVENKEEL_TEST_TOKEN']! };
  const provider = cloudflareProvider('cloudflare', { cloudflare, secrets }, {});
  new Zone('zone', { cloudflare, provider });
  const key = new PrivateKey('key', { algorithm: 'ECDSA', ecdsaCurve: 'P256' });
  const request = new CertRequest('request', {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: cloudflare.zone },
  });
  const certificate = new OriginCaCertificate(
    'certificate',
    {
      csr: request.certRequestPem,
      hostnames: [cloudflare.zone, `*.${cloudflare.zone}`],
      requestType: 'origin-ecc',
      requestedValidity: 90,
    },
    { provider },
  );
  return { certificate: certificate.certificate, publicKey: key.publicKeyPem };
};
