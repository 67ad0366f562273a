import { OriginCaCertificate } from '@pulumi/cloudflare/originCaCertificate';
import * as pulumi from '@pulumi/pulumi';
import { CertRequest } from '@pulumi/tls/certRequest';
import { PrivateKey } from '@pulumi/tls/privateKey';
import { SelfSignedCert } from '@pulumi/tls/selfSignedCert';
import { publicNames } from '../config/public-names';
import type { SiteConfig, TlsConfig } from '../config/site-config';
import { factsOfPem } from '../edge/certificate-facts';
import { formatCertificateLabel, sourceOf } from '../edge/certificate-label';
import type { CertificatePlan } from '../edge/certificate-plan';
import { cliCommand } from './command';
import type { TlsMaterial } from './read-tls-files';

/** Arguments of `OriginCertificate`. */
export interface OriginCertificateArgs {
  site: SiteConfig & { edge: { tls: TlsConfig } };
  material: TlsMaterial;
  plan: CertificatePlan;
  /** Hash of the differences between what the label wants and what the edges serve; empty without. */
  drift: string;
  provider?: pulumi.ProviderResource;
}

/** Longest common name of a certificate (RFC 5280, ub-common-name). Names count in the list of alternative ones, this one is for people. */
const longestCommonName = 64;

/** A key of the profile: small, quick to sign with, and taken by all clients that speak TLS 1.2 (Mozilla's guideline 5.8). */
const keyKind = { algorithm: 'ECDSA', ecdsaCurve: 'P256' };

/**
 * The certificate of the edges, from where it is made to where it is served: key and certificate (its own, or made here, the key
 * encrypted in the state), and the step that brings both to each edge's machine and into its HAProxy.
 *
 * A renewal is a new set of resources under new names: Pulumi makes them, the edges get them, and only then are the old ones deleted.
 */
export class OriginCertificate extends pulumi.ComponentResource {
  /** Value of the label by which the next run knows what the edges are to serve. */
  readonly label: pulumi.Output<string>;

  constructor(name: string, args: OriginCertificateArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:OriginCertificate', name, {}, options);
    const { site, material, plan, drift } = args;
    const { certificate, key } = material.own
      ? { certificate: pulumi.output(material.own.certificate), key: pulumi.secret(material.own.key) }
      : this.make(args);
    const edges = site.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
    cliCommand(
      `${name}-delivery`,
      'deliver-certificate',
      {
        EVENKEEL_EDGES: JSON.stringify(
          edges.map((node) => ({ name: node.name, address: node.address, ssh: node.ssh })),
        ),
        EVENKEEL_CERTIFICATE: certificate,
        EVENKEEL_ORIGIN_PULLS_CA: material.originPullsCa ?? '',
        EVENKEEL_DRIFT: drift,
      },
      {
        parent: this,
        stdin: key,
        // An empty drift is no news: the input stays what it was, so that a run after a healing is quiet.
        ignoreChanges: drift === '' ? ['environment.EVENKEEL_DRIFT'] : [],
      },
    );
    const source = sourceOf(site.edge.tls.certificate);
    this.label = certificate.apply((pem) =>
      formatCertificateLabel({ source, made: plan.made, ...factsOfPem(pem) }),
    );
    this.registerOutputs();
  }

  private make({ site, plan, provider }: OriginCertificateArgs): {
    certificate: pulumi.Output<string>;
    key: pulumi.Output<string>;
  } {
    const { selfSigned, cloudflare } = site.edge.tls.certificate;
    const names = publicNames(site);
    const commonName = names.find((each) => each.length <= longestCommonName);
    const about = { dnsNames: names, ...(commonName && { subject: { commonName } }) };
    const options = { parent: this };
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
}
