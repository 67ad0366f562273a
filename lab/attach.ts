import { awaitBoot } from './machine';
import { must } from './must';
import { pulumiPath } from './pulumi-path';
import { containerName } from './naming';
import { run } from './run';
import type { Lab, LabState } from './lab';

/**
 * As if its cable were pulled: at the hooks next to the wire, in a table of its own, so no rule of Docker's or of the
 * site's comes before it or is touched. All there is, ARP too, and that of packet sockets, which `family arp` does not see:
 * keepalived announces a shared address through one, each 2 s, and drew the clients to the machine that was cut off (seen
 * in shared-address.spec). The egress hook needs Linux 5.16.
 */
const cutRules = `
table netdev lab_cut
delete table netdev lab_cut
table netdev lab_cut {
  chain in { type filter hook ingress device eth0 priority 0; policy drop; }
  chain out { type filter hook egress device eth0 priority 0; policy drop; }
}
`;

/** Gives a lab's kept state the functions that act on it. */
export function attach(state: LabState, directory: string, docker: string[]): Lab {
  const named = (part: string) => {
    const known = [...state.machines.map(({ name }) => name), 'registry', 'outsider'];
    if (known.includes(part)) return containerName(state.name, part);
    throw new Error(`The lab has no machine "${part}"; it has ${known.join(', ')}.`);
  };
  return {
    ...state,
    directory,
    docker,
    pulumiEnv: {
      ...process.env,
      ...state.pulumiVariables,
      PATH: pulumiPath(state.pulumi),
    },
    exec: async (machine, argv, stdin) =>
      run([...docker, 'exec', ...(stdin === undefined ? [] : ['-i']), named(machine), ...argv], {
        input: stdin,
      }),
    stop: async (machine) => void (await must([...docker, 'kill', named(machine)])),
    start: async (machine) => {
      await must([...docker, 'start', named(machine)]);
      await awaitBoot(docker, { name: machine, container: named(machine) });
    },
    cutOff: async (machine) =>
      void (await must([...docker, 'exec', '-i', named(machine), 'nft', '-f', '-'], { input: cutRules })),
    reconnect: async (machine) =>
      void (await must([
        ...docker,
        'exec',
        named(machine),
        'sh',
        '-c',
        'nft delete table netdev lab_cut 2>/dev/null || true',
      ])),
  };
}
