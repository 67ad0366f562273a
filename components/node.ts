import * as pulumi from '@pulumi/pulumi';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { keepalivedConf } from '../machine/keepalived-conf';
import { nftablesRuleset } from '../machine/nftables-ruleset';
import { cliCommand } from './command';

/** Arguments of `Node`. */
export interface NodeArgs {
  node: NodeConfig;
  /** For the addresses that the slots' ports are open to, for the ports, and for the addresses that edges share. */
  site: Pick<SiteConfig, 'nodes' | 'mesh' | 'services' | 'edge'>;
}

/**
 * One machine, made ready over SSH: Docker of a supported version (installed where it is missing), the edge's folder,
 * the slots' ports closed to all but the site's nodes, and keepalived where edges share an address, across a reboot. A node in maintenance is left as it is.
 */
export class Node extends pulumi.ComponentResource {
  constructor(name: string, { node, site }: NodeArgs, options?: pulumi.ComponentResourceOptions) {
    const { place, roles, arch } = node;
    super('evenkeel:index:Node', name, { name: node.name, place, roles, arch }, options);
    const keepalived = keepalivedConf(site, node);
    cliCommand(
      `${name}-set-up`,
      'machine set-up',
      {
        EVENKEEL_NODE: JSON.stringify(node),
        EVENKEEL_NFTABLES: nftablesRuleset(site),
        ...(keepalived && { EVENKEEL_KEEPALIVED: keepalived }),
      },
      { parent: this, undo: 'machine tear-down', ...(node.maintenance ? { ignoreChanges: ['*'] } : {}) },
    );
    // Said once more as outputs: a stack policy sees those of a component, and not its inputs (tried with the engine).
    this.registerOutputs({ name: node.name, place, roles, arch });
  }
}
