import * as pulumi from '@pulumi/pulumi';
import type { SiteConfig, TlsConfig } from '../config/site-config';
import { factsOfPem } from '../edge/certificate-facts';
import { formatCertificateLabel, sourceOf } from '../edge/certificate-label';
import type { CertificatePlan } from '../edge/certificate-plan';
import { cliCommand } from './command';
import type { makeCertificate } from './make-certificate';
import type { TlsMaterial } from './read-tls-files';

/** Arguments of `OriginCertificate`. */
export interface OriginCertificateArgs {
  site: SiteConfig & { edge: { tls: TlsConfig } };
  material: TlsMaterial;
  plan: CertificatePlan;
  /** Hash of the differences between what the label wants and what the edges serve; empty without. */
  drift: string;
  /** Makes key and certificate, where they are not the operator's own. */
  make?: typeof makeCertificate;
  /** For Cloudflare's API. */
  provider?: pulumi.ProviderResource;
}

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
      : args.make!(site, plan, { parent: this, ...(args.provider && { provider: args.provider }) });
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
        undo: 'remove-certificate',
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
}
