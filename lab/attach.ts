import { awaitBoot } from './machine';
import { must } from './must';
import { pulumiPath } from './pulumi-path';
import { containerName } from './naming';
import { run } from './run';
import type { Lab, LabState } from './lab';

/** At the hooks next to the wire, in a table of its own: no rule of Docker's or of the site's comes before it or is touched. */
const cutRules = `
table inet lab_cut
delete table inet lab_cut
table inet lab_cut {
  chain in { type filter hook prerouting priority -450; iifname "eth0" drop; }
  chain out { type filter hook postrouting priority 450; oifname "eth0" drop; }
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
        'nft delete table inet lab_cut 2>/dev/null || true',
      ])),
  };
}
