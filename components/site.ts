import * as pulumi from '@pulumi/pulumi';
import type { SiteConfig, SlotName, TlsConfig } from '../config/site-config';
import { edgeTemplateHash } from '../edge/edge-template';
import { descriptionOf } from '../edge/site-state';
import { wantedEnvironment, wantedVariables } from '../edge/wanted-release';
import { cloudflareProvider } from './cloudflare-provider';
import { cliCommand } from './command';
import { Edge } from './edge';
import { meshCommand } from './mesh';
import { Node } from './node';
import type { CertificateObservation } from './observe-certificate';
import { OriginCertificate, type OriginCertificateArgs } from './origin-certificate';
import type { TlsMaterial } from './read-tls-files';
import { ServicePair } from './service-pair';
import { Swarm } from './swarm';
import { Zone } from './zone';
import { Watchdog, type WatchdogFiles } from './watchdog';

/** What the program found out about the running site before it registered anything (see `observe`). */
export interface Observation {
  /** Name of the manager to speak to. */
  manager: string;
  /** Nodes that are not the members they should be. */
  astray: readonly string[];
  /** In which ways the mesh is not as it should be, in words; empty without a mesh. */
  meshDrift?: readonly string[];
  /** By service: slots that must not be touched. */
  frozen: Record<string, readonly SlotName[]>;
  /** By `service/slot`: names of the secrets that the running slot has. */
  attached: Record<string, readonly string[]>;
  /** Slots, as `service/slot`, that this `up` would change or, beside a live one, make. */
  updates: readonly string[];
  /** Hash of the differences between what is wanted and what the edges do; empty without. */
  drift: string;
  /** Undefined for a site without TLS. */
  certificate?: CertificateObservation;
}

/** Arguments of `Site`. */
export interface SiteArgs {
  config: SiteConfig;
  haproxyCfg: string;
  secrets: Record<string, string>;
  observed: Observation;
  /** What the watchdog reads, where the config has one. */
  watchdogFiles?: WatchdogFiles;
  /** What the config names of files for TLS; undefined for a site without. */
  material?: TlsMaterial;
  /** Makes the certificate, where it is not the operator's own. */
  makeCertificate?: OriginCertificateArgs['make'];
}

/** Whether a site has TLS; its type says so too. */
export function servesTls(site: SiteConfig): site is SiteConfig & { edge: { tls: TlsConfig } } {
  return site.edge.tls !== undefined;
}

/**
 * One site: its machines, their Swarm, the services' slots and the edges, in the one order that loses no request:
 *
 *     drain -> slots -> gate -> (roll ->) the edges' labels -> switchover
 *
 * Only services with the strategy rolling have the step in brackets. A certificate comes to the machines before the labels. Where
 * the config has a zone at Cloudflare, its settings follow the edges.
 */
export class Site extends pulumi.ComponentResource {
  constructor(name: string, args: SiteArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:Site', name, {}, options);
    const { config, observed, haproxyCfg, secrets } = args;
    const machines = Object.fromEntries(
      config.nodes.map((node) => [node.name, new Node(node.name, { node, site: config }, { parent: this })]),
    );
    const mesh = meshCommand(config, observed.meshDrift ?? [], {
      parent: this,
      dependsOn: Object.values(machines),
    });
    const swarm = new Swarm(
      'swarm',
      {
        site: config,
        machines,
        ...(mesh && { mesh }),
        manager: observed.manager,
        astray: observed.astray,
      },
      { parent: this },
    );
    const { provider } = swarm;
    const environment = wantedEnvironment(config, {
      haproxyCfg: descriptionOf(haproxyCfg),
      template: edgeTemplateHash(config.edge),
    });
    const drain = cliCommand(
      'drain',
      'drain',
      { ...environment, EVENKEEL_UPDATES: JSON.stringify(observed.updates) },
      // Without a slot to change there is nothing to drain, whatever else is new.
      {
        parent: this,
        dependsOn: [swarm],
        ignoreChanges: observed.updates.length === 0 ? ['environment'] : [],
      },
    );
    const pairs = config.services.map(
      (service) =>
        new ServicePair(
          service.name,
          {
            site: config.site,
            service,
            release: config.release.services[service.name]!,
            frozen: observed.frozen[service.name] ?? [],
            attached: observed.attached,
            secrets,
            provider,
          },
          { parent: this, dependsOn: [drain] },
        ),
    );
    const proven = { ...environment, [wantedVariables.drift]: observed.drift };
    // An empty drift is no news: the input stays what it was, so that a run after a healing is quiet.
    const ignoreChanges = observed.drift === '' ? [`environment.${wantedVariables.drift}`] : [];
    const gate = cliCommand('gate', 'gate', proven, { parent: this, dependsOn: pairs, ignoreChanges });
    const rolls = config.services.some(({ strategy }) => strategy === 'rolling');
    const proof = rolls
      ? cliCommand('roll', 'roll', proven, { parent: this, dependsOn: [gate], ignoreChanges })
      : gate;
    const { pool, watchdog, cloudflare } = config;
    const zone = cloudflare && cloudflareProvider('cloudflare', { cloudflare, secrets }, { parent: this });
    const certificate =
      observed.certificate && servesTls(config)
        ? new OriginCertificate(
            'certificate',
            {
              site: config,
              material: args.material ?? {},
              make: args.makeCertificate,
              provider: zone,
              ...observed.certificate,
            },
            // A machine that joins is to have it before its edge is born.
            { parent: this, dependsOn: Object.values(machines) },
          )
        : undefined;
    const edge = new Edge(
      'edge',
      { site: config, haproxyCfg, provider, certificate: certificate?.label },
      { parent: this, dependsOn: [proof, ...(certificate ? [certificate] : [])] },
    );
    cliCommand('switchover', 'switchover', proven, { parent: this, dependsOn: [edge], ignoreChanges });
    // After the edges: a zone that is strict asks them for a certificate.
    if (cloudflare && zone)
      new Zone('zone', { cloudflare, provider: zone }, { parent: this, dependsOn: [edge] });
    if (pool && watchdog && cloudflare && args.watchdogFiles)
      // After the edges, which it looks at.
      new Watchdog(
        'watchdog',
        { site: { ...config, pool, watchdog }, cloudflare, files: args.watchdogFiles, secrets, provider },
        { parent: this, dependsOn: [edge] },
      );
    this.registerOutputs();
  }
}
