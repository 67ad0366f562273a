import { readLab } from '../lab/lab';
import { run } from '../lab/run';

/** How long one machine may take to answer, in ms: some failures are a machine that doesn't. */
const patience = 10_000;

/** How many lines of each answer are worth reading. */
const fewLines = 30;

/** What each machine is asked. */
const questions: readonly string[] = [
  'uptime',
  "docker ps -a --format '{{.Names}} {{.Status}} {{.Ports}}' | grep -v 'Exited.*hours'",
  'ss -Hltn | awk \'{ print $4 }\' | sort | tr "\\n" " "',
  'iptables -t nat -S DOCKER | grep DNAT',
];

/** What a manager is asked besides. */
const ofManagers: readonly string[] = [
  "docker node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'",
  'docker service ls -q | xargs -r docker service ps --no-trunc ' +
    "--format '{{.Name}} {{.Node}} {{.DesiredState}}, {{.CurrentState}} {{.Error}}' | head -24",
];

/** What runs on the lab's machines, as text: containers, listening ports, nodes, tasks. A machine that does not answer is said so. */
export async function describeLab(): Promise<string> {
  const lab = await readLab();
  if (!lab) return 'no lab\n';
  const answers = await Promise.all(
    lab.machines.map(async ({ name, container }, index) => {
      const script = [...questions, ...(index === 0 ? ofManagers : [])].join('; ');
      const { stdout, stderr } = await run([...lab.docker, 'exec', container, 'sh', '-c', script], {
        timeout: patience,
      });
      const lines = `${stdout}${stderr}`.trim().split('\n').slice(0, fewLines);
      return `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
    }),
  );
  return answers.join('');
}
