import { Command } from 'commander';
import type { NodeConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import { keepalivedScript, withoutKeepalivedScript } from '../machine/keepalived-script';
import { bringUpMesh } from '../machine/bring-up-mesh';
import { leaveSwarm } from '../machine/leave-swarm';
import { joinSwarm } from '../machine/member';
import { runAsRoot } from '../machine/run-as-root';
import { setUpScript, tearDownScript } from '../machine/set-up-script';
import { meshInterface } from '../machine/mesh-interface';
import type { MeshSite } from '../machine/mesh-conf';
import { nftablesTable } from '../machine/nftables-ruleset';
import { UnreachableError } from '../remote/ssh-session';

/** The steps on one machine that `pulumi up` runs, hidden like those of a release. */
export function machineCommand(): Command {
  const machine = new Command('machine').description('Steps on one machine (run by pulumi up)');
  const step = (
    name: string,
    run: (node: NodeConfig, contact: SiteContact, managers: NodeConfig[]) => Promise<void>,
  ) =>
    machine.command(name).action(async () => {
      const node = JSON.parse(variable('EVENKEEL_NODE')) as NodeConfig;
      const managers = JSON.parse(process.env['EVENKEEL_MANAGERS'] ?? '[]') as NodeConfig[];
      const contact = new SiteContact([
        ...managers,
        ...(managers.some(({ name: own }) => own === node.name) ? [] : [node]),
      ]);
      try {
        await run(node, contact, managers);
      } finally {
        contact.close();
      }
    });
  step('set-up', async (node, contact) => {
    if (leftAlone(node)) return;
    const script = setUpScript(variable('EVENKEEL_NFTABLES'), node.ssh.user);
    const session = await contact.session(node.name);
    console.log(await runAsRoot(session, script));
    const conf = process.env['EVENKEEL_KEEPALIVED'];
    say(await runAsRoot(session, conf ? keepalivedScript(conf) : withoutKeepalivedScript));
  });
  step('tear-down', async (node, contact) => {
    try {
      const session = await contact.session(node.name);
      say(await runAsRoot(session, withoutKeepalivedScript));
      console.log(await runAsRoot(session, tearDownScript));
    } catch (error) {
      // A machine that is gone for good must not keep its node in the stack.
      if (!(error instanceof UnreachableError)) throw error;
      console.log(`${error.message}. ${remains}`);
    }
  });
  step('join', async (node, contact) => {
    if (leftAlone(node)) return;
    await joinSwarm({ nodes: [...contact.nodes] }, node.name, contact, console.log);
  });
  step('leave', (node, contact) => leaveSwarm(node.name, contact, console.log));
  machine.command('mesh').action(async () => {
    const site = JSON.parse(variable('EVENKEEL_MESH')) as MeshSite;
    const contact = new SiteContact(site.nodes);
    try {
      await bringUpMesh(site, contact, console.log);
    } finally {
      contact.close();
    }
  });
  return machine;
}

/** A step that had nothing to do says nothing. */
function say(text: string): void {
  if (text) console.log(text);
}

/** What a machine keeps that could not be torn down, and how to take it away. */
const remains =
  'The node is removed all the same. On the machine stay Docker with what runs in it, /etc/evenkeel, /var/lib/evenkeel, ' +
  'the rules of the slot ports and its membership in the Swarm: before you use it for something else, install it anew, or ' +
  `run there: docker swarm leave --force; rm -rf /etc/evenkeel /var/lib/evenkeel /etc/init.d/evenkeel-slot-ports /etc/systemd/system/evenkeel-slot-ports.service; nft delete table inet ${nftablesTable}. ` +
  'Where its edge shared an address, also: systemctl disable --now keepalived; rm -rf /etc/keepalived. ' +
  `In a mesh: systemctl disable --now evenkeel-mesh; ip link del ${meshInterface}`;

/**
 * Whether a node is in maintenance: its machine may be dead. Pulumi does not run a step again for it (`ignoreChanges`),
 * but a step that never ran, on a first deploy or for a new node, it would run.
 */
function leftAlone({ name, maintenance }: NodeConfig): boolean {
  if (maintenance) console.log(`${name}: is in maintenance, so it is left as it is`);
  return maintenance;
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: this command is run by pulumi up, not by hand`);
  return value;
}
