import { SiteContact } from '../edge/site-contact';
import { listTasksOn } from '../edge/swarm-state';
import { readSituation } from '../machine/read-situation';
import { whyOut } from '../machine/node-refusals';
import { painter } from '../status/paint';
import { table, type Cell } from '../status/table';
import type { NodeOptions } from './node-command';
import { openProject } from './project';

/** One machine in the list. */
interface ListedNode {
  name: string;
  place: string;
  roles: string[];
  /** Of a manager: whether it leads the Swarm, or how the others find it. */
  manager?: string;
  /** `in service`, or why it is not. */
  state: string;
  /** Of a node with the role edge: `serves`, or why it does not. */
  edge?: string;
  /** How many tasks run on it; undefined where Swarm does not call it ready, so that nobody knows. */
  tasks?: number;
  /** Docker's version. */
  docker?: string;
}

/** `evenkeel node`: how the machines are; changes nothing. */
export async function listNodes(options: NodeOptions): Promise<void> {
  const project = await openProject(options);
  const site = project.siteWith(project.release);
  const contact = new SiteContact(site.nodes);
  try {
    const { state, situation } = await readSituation(site, contact);
    const found = await Promise.all(
      situation.nodes.map(async (node, index): Promise<ListedNode> => {
        const { place, roles } = site.nodes[index]!;
        const own = state.nodes.find((each) => each.name === node.name);
        const tasks = own?.state === 'ready' && (await listTasksOn(state.manager.docker, own.id));
        return {
          name: node.name,
          place,
          roles,
          ...(own?.role === 'manager' && {
            manager: own.leader ? 'leader' : (own.reachability ?? 'unknown'),
          }),
          state: whyOut(node) ?? 'in service',
          ...(node.edge && { edge: node.edge.problem ?? 'serves' }),
          ...(tasks && { tasks: tasks.filter((task) => task.state === 'running').length }),
          ...(own?.engine && { docker: own.engine }),
        };
      }),
    );
    if (options.json) return console.log(JSON.stringify(found, null, 2));
    const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
    console.log(table(titles, found.map(row), painter(colours)).join('\n'));
  } finally {
    contact.close();
  }
}

const titles = ['node', 'place', 'roles', 'manager', 'edge', 'tasks', 'docker', 'state'];

function row({ name, place, roles, manager, state, edge, tasks, docker }: ListedNode): Cell[] {
  return [
    name,
    place,
    roles.join(' '),
    manager ?? '',
    edge === undefined ? '' : edge === 'serves' ? edge : 'stopped',
    tasks === undefined ? '' : String(tasks),
    docker ?? '',
    state === 'in service' ? { text: state, style: 'good' } : { text: state, style: 'bad' },
  ];
}
