import { slotServiceName } from '../edge/candidate';
import { SiteContact } from '../edge/site-contact';
import { listNodes } from '../edge/swarm-state';
import { slotNames } from '../release/pointer';
import { cutOffRules } from './cut-off-rules';
import type { DrillSite } from './drill-site';

/** Something that breaks. */
export interface Failure {
  /** As the table and `--failure` call it. */
  name: string;
  /** Whether the connections that are open to the machine die with it, so that nobody could save them. */
  takesConnections: boolean;
  /** Which machine it happens to: one that neither holds the shared address nor leads the Swarm, or the one that does. */
  hits: 'any' | 'owner' | 'leader';
  /** Makes it happen. */
  inject(site: DrillSite, machine: string): Promise<void>;
  /** What ends it, in words for the table. */
  healedBy: string;
  /** Whether the machine ends it by itself, so that a command does not find it broken to its very end. */
  endsByItself?: boolean;
  /** Ends it, after Swarm has noticed; left out: nobody has to. */
  heal?(site: DrillSite, machine: string): Promise<void>;
}

/** Kills the containers of the Swarm services whose name matches. */
const killTasks = (name: string) =>
  `docker ps --format '{{.ID}} {{.Label "com.docker.swarm.service.name"}}' | ` +
  `awk '$2 ~ /^(${name})$/ { print $1 }' | xargs -r docker kill --signal KILL`;

const stopped = {
  takesConnections: true,
  inject: (site: DrillSite, machine: string) => site.ground.power.cut(site, machine),
  healedBy: 'power back',
  heal: async (site: DrillSite, machine: string) => site.ground.power.restore?.(machine),
};

/** After how many seconds a machine that was cut off is let in again by itself, should the drill die. */
const cutOffAtMost = 120;

/** Has the process that does so. */
const letInFile = '/run/evenkeel-drill.pid';

/** The failures of the matrix, in its order. */
export const failures: readonly Failure[] = [
  {
    name: 'task killed',
    hits: 'any',
    takesConnections: false,
    inject: async (site, machine) =>
      void (await site.on(
        machine,
        killTasks(slotNames.map((slot) => slotServiceName(site.service.name, slot)).join('|')),
      )),
    healedBy: 'Swarm starts it again',
  },
  {
    name: 'edge killed',
    hits: 'owner',
    takesConnections: true,
    inject: async (site, machine) => void (await site.on(machine, killTasks('evenkeel-edge'))),
    healedBy: 'Swarm starts it again',
  },
  {
    name: 'dockerd killed',
    hits: 'any',
    takesConnections: false,
    inject: async (site, machine) => void (await site.on(machine, 'pkill -KILL -x dockerd')),
    healedBy: 'dockerd starts again',
    // Systemd does so by itself (docker.service has Restart=always); on the lab's machines, which have none, this stands for it.
    endsByItself: true,
    heal: async (site, machine) =>
      void (await site.on(
        machine,
        '[ -d /run/systemd/system ] || { rm -f /var/run/docker.pid; /etc/init.d/docker start; }',
      )),
  },
  { name: 'machine stopped', hits: 'any', ...stopped },
  {
    name: 'machine cut off',
    hits: 'any',
    takesConnections: false,
    inject: async (site, machine) => {
      const rules = cutOffRules('drill', site.othersOf(machine));
      await site.on(
        machine,
        `nft -f - <<'RULES'\n${rules}RULES\n` +
          `setsid sh -c 'sleep ${cutOffAtMost}; nft delete table inet drill' </dev/null >/dev/null 2>&1 &\n` +
          `echo $! >${letInFile}`,
      );
    },
    healedBy: 'the network is back',
    heal: async (site, machine) =>
      void (await site.on(machine, `kill -- -"$(cat ${letInFile})"; nft delete table inet drill`)),
  },
  { name: 'owner of the shared address stopped', hits: 'owner', ...stopped },
  { name: 'leader of the Swarm stopped', hits: 'leader', ...stopped },
];

/**
 * The machine that a failure happens to, and whether it is the one that the public's connections are open to.
 * @param shared the address that the edges share; undefined: the load goes to the machines that are not hit.
 */
export async function machineHit(
  site: DrillSite,
  { hits }: Pick<Failure, 'hits'>,
  shared: string | undefined,
): Promise<{ machine: string; isOwner: boolean }> {
  const machines = site.nodes.map(({ name }) => name);
  const owners = await Promise.all(
    machines.map(async (name) => {
      const addresses = await site.on(name, 'ip -o addr show');
      return shared !== undefined && addresses.includes(` ${shared}/`) ? [name] : [];
    }),
  );
  const owner = owners.flat()[0] ?? machines.at(-1)!;
  const leader = (await leaderOf(site)) ?? owner;
  const another = machines.find((name) => name !== owner && name !== leader) ?? owner;
  const machine = hits === 'owner' ? owner : hits === 'leader' ? leader : another;
  return { machine, isOwner: shared !== undefined && machine === owner };
}

async function leaderOf(site: DrillSite): Promise<string | undefined> {
  const contact = new SiteContact(site.config.nodes);
  try {
    const manager = await contact.manager();
    return manager && (await listNodes(manager.docker)).find(({ leader }) => leader)?.name;
  } finally {
    contact.close();
  }
}
