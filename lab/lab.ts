import type { PluginName } from './plugins/plugin-name';
import type { CommandResult } from './run';
import type { LabMachine } from './machine';
import type { LabRegistry } from './registry';

export { labUp } from './lab-up';
export { labDown } from './lab-down';
export { readLab } from './read-lab';
export type { LabMachine } from './machine';

/** How a Pulumi plugin of the lab was got: the official one, or the lab's stand-in where that can't be had. */
export interface LabPlugin {
  source: 'official' | 'stand-in';
  version: string;
}

/** What of a lab is kept in its directory (`lab.json`), so that another process can attach to it. */
export interface LabState {
  /** Its name, from the checkout's path: prefix of its containers, and its network's name. */
  name: string;
  /** The checkout that it belongs to. */
  checkout: string;
  machines: LabMachine[];
  registry: LabRegistry;
  /** The lab's network, CIDR. */
  subnet: string;
  /** A free address of the network, for the edges to share. */
  sharedAddress: string;
  /** A container on the lab's network that is none of the site's machines. */
  outsider: { container: string; address: string };
  /** Private key for root on every machine. */
  privateKeyPath: string;
  /** The Pulumi engine's program. */
  pulumi: string;
  /** The variables that Pulumi needs on top of the process's own, without PATH. */
  pulumiVariables: Record<string, string>;
  plugins: Record<PluginName, LabPlugin>;
  /** `repository:tag@sha256:…` in the lab's registry. */
  edgeImage: string;
  /** The sample service's repository in the lab's registry. */
  sampleRepository: string;
  /** Its images: version → digest (`sha256:…`). */
  digests: Record<string, string>;
  /** What was put into the registry: `repository:tag` → the engine's image ID and the registry's digest. */
  pushed: Record<string, { id: string; digest: string }>;
}

/** A running lab. */
export interface Lab extends LabState {
  /** Everything of this lab that is a file: keys, certificates, Pulumi's home and state. Gone with `labDown`. */
  directory: string;
  /** The variables to run `pulumi` with: this process's own and `pulumiVariables`, with the engine and Node first in PATH. */
  pulumiEnv: NodeJS.ProcessEnv;
  /** The words to put before a docker sub-command to reach the host's engine: `['docker', …]`. */
  docker: string[];
  /** Runs a command in a machine (`pi1`, also `outsider` or `registry`), not over the network: works on one that is cut off too. */
  exec(machine: string, argv: string[], stdin?: string): Promise<CommandResult>;
  /** A power cut: everything on the machine ends at once, its disk stays. */
  stop(machine: string): Promise<void>;
  /** Power is back: boots the machine and waits until its Docker and sshd answer. */
  start(machine: string): Promise<void>;
  /** Drops every packet of the machine from and to the lab's network; what runs on it keeps running. */
  cutOff(machine: string): Promise<void>;
  /** Undoes `cutOff`. */
  reconnect(machine: string): Promise<void>;
}
