import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { SiteConfig } from '../config/site-config';
import { certificateLabel } from '../edge/certificate-label';
import { edgeTemplate, edgeTemplateHash } from '../edge/edge-template';
import {
  edgeVariableTemplate,
  haproxyLabel,
  maxEnvironmentString,
  pointerLabel,
  templateLabel,
} from '../edge/entry-command';
import { encodeHaproxyLabel } from '../edge/haproxy-label';
import { edgeServiceName } from '../edge/swarm-state';
import { formatPointer, pointerFromConfig } from '../release/pointer';
import { platformsOfImage } from './platforms';
import { refusal } from './refusal';

/** Arguments of `Edge`. */
export interface EdgeArgs {
  site: SiteConfig;
  /** The text of haproxy.cfg. */
  haproxyCfg: string;
  provider: docker.Provider;
  /** Value of the label that says which certificate they serve; undefined for a site without TLS. */
  certificate?: pulumi.Input<string>;
}

/**
 * The site's edges: HAProxy on each node with the role edge, one Swarm service. The pointer and haproxy.cfg are labels
 * of the service, so they are in the Swarm's own log on every manager, change without a restart, and are what a reborn
 * edge is born with.
 */
export class Edge extends pulumi.ComponentResource {
  readonly service: docker.Service;

  constructor(name: string, args: EdgeArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:Edge', name, {}, options);
    const { site, provider } = args;
    const labels = {
      'evenkeel.site': site.site,
      [pointerLabel]: formatPointer(pointerFromConfig(site.release)),
      [haproxyLabel]: encodeHaproxyLabel(args.haproxyCfg),
      [templateLabel]: edgeTemplateHash(site.edge),
    };
    const certificate = args.certificate ? [{ label: certificateLabel, value: args.certificate }] : [];
    refuseTooLong(labels[pointerLabel] + labels[haproxyLabel]);
    this.service = new docker.Service(
      edgeServiceName,
      {
        name: edgeServiceName,
        mode: { global: true },
        labels: [...Object.entries(labels).map(([label, value]) => ({ label, value })), ...certificate],
        ...edgeTemplate(site.edge),
        updateConfig: {
          parallelism: 1,
          order: 'stop-first',
          failureAction: 'pause',
          delay: '0s',
          monitor: '5s',
        },
      },
      { parent: this, provider, ignoreChanges: [platformsOfImage] },
    );
    this.registerOutputs();
  }
}

function refuseTooLong(labels: string): void {
  const length = labels.length + edgeVariableTemplate.length;
  if (length >= maxEnvironmentString)
    throw refusal(
      `The pointer and haproxy.cfg of this site take ${length} bytes, and an edge can be given ${maxEnvironmentString} ` +
        `(one string of a process's environment). Split the services over two sites.`,
    );
}
