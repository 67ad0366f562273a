import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { hostAndPort } from '../config/host-and-port';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { cliCommand } from './command';
import type { Node } from './node';

/** Arguments of `Swarm`. */
export interface SwarmArgs {
  site: Pick<SiteConfig, 'nodes'>;
  /** The machines, by name: each is ready before it joins. */
  machines: Record<string, Node>;
  /** Name of the manager whose Docker is spoken to: the first one that answers. */
  manager: string;
  /** The network of the nodes, which is there before they join; undefined: they have none of their own. */
  mesh?: pulumi.Resource;
  /** Names of the nodes that are not the members they should be, e.g. since their Docker was installed anew. */
  astray: readonly string[];
}

/**
 * The Swarm of a site: the first manager makes it, the others join with the role and the labels of the config. Its
 * `provider` speaks to Docker on the first manager that answers, through the machine's own ssh.
 */
export class Swarm extends pulumi.ComponentResource {
  /** For every resource that lives in the Swarm. */
  readonly provider: docker.Provider;

  constructor(name: string, args: SwarmArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:Swarm', name, {}, options);
    const { nodes } = args.site;
    const managers = nodes.filter((node) => node.roles.includes('manager'));
    const [first, ...others] = [...managers, ...nodes.filter((node) => !managers.includes(node))];
    const founder = this.member(first!, args, args.mesh ? [args.mesh] : []);
    // One after the other: two managers that join at the same moment can cost a Swarm of one its quorum.
    let previous = founder;
    for (const node of others) previous = this.member(node, args, [previous]);
    const speaker = nodes.find((node) => node.name === args.manager)!;
    this.provider = new docker.Provider(`${name}-docker`, dockerConnection(speaker), {
      parent: this,
      dependsOn: [previous],
    });
    this.registerOutputs();
  }

  private member(node: NodeConfig, args: SwarmArgs, dependsOn: pulumi.Resource[]): pulumi.CustomResource {
    const strayed = args.astray.includes(node.name);
    const ignoreChanges = node.maintenance ? ['*'] : strayed ? [] : ['environment.EVENKEEL_DRIFT'];
    return cliCommand(
      `${node.name}-member`,
      'machine join',
      {
        EVENKEEL_NODE: JSON.stringify(node),
        EVENKEEL_MANAGERS: JSON.stringify(args.site.nodes.filter((each) => each.roles.includes('manager'))),
        // The run's time: a machine that strayed twice is to be joined twice.
        EVENKEEL_DRIFT: strayed ? new Date().toISOString() : '',
      },
      {
        parent: this,
        undo: 'machine leave',
        dependsOn: [args.machines[node.name]!, ...dependsOn],
        ignoreChanges,
      },
    );
  }
}

/**
 * Docker over SSH to one node, by ssh(1), with the host key of the config. No known_hosts file is needed:
 * KnownHostsCommand (OpenSSH 8.5) prints the one line that counts, and HostKeyAlias gives it a name without a port.
 */
export function dockerConnection(node: NodeConfig): docker.ProviderArgs {
  const { user, port, hostKey, privateKeyPath, agentSocketPath } = node.ssh;
  const option = (setting: string) => ['-o', setting];
  return {
    host: `ssh://${user}@${hostAndPort(node.address, port)}`,
    sshOpts: [
      ...option('BatchMode=yes'),
      ...option('ConnectTimeout=5'),
      ...option('StrictHostKeyChecking=yes'),
      ...option('UserKnownHostsFile=/dev/null'),
      ...option('GlobalKnownHostsFile=/dev/null'),
      ...option(`HostKeyAlias=${node.name}`),
      ...option(
        `HostKeyAlgorithms=${hostKey.split(' ')[0] === 'ssh-rsa' ? 'rsa-sha2-512' : hostKey.split(' ')[0]}`,
      ),
      ...option(`KnownHostsCommand=/bin/echo ${node.name} ${hostKey}`),
      ...(privateKeyPath
        ? [...option('IdentitiesOnly=yes'), ...option(`IdentityFile="${privateKeyPath}"`)]
        : []),
      ...(agentSocketPath ? option(`IdentityAgent="${agentSocketPath}"`) : []),
    ],
    // The first `up` makes the Docker that this speaks to.
    disableDockerDaemonCheck: true,
  };
}
