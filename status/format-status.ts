import { slotNames } from '../release/pointer';
import { formatService } from './format-service';
import { painter, type Paint } from './paint';
import { localTime, withShortDigests, type TextOptions } from './short-text';
import type { SiteStatus } from './site-status';
import { table, type Cell } from './table';

/** The status of a site for people: what matters first, so the verdict, then the services, then the machines. Ends in a newline. */
export function formatStatus(status: SiteStatus, options: TextOptions): string {
  const paint = painter(options.colours);
  const versions = versionsOf(status);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? []
      : ['', paint('bad', title), ...lines.flatMap((line) => indented(withShortDigests(line, versions)))];
  const blocks = [
    ...heading(status, options, paint),
    ...status.services.flatMap((service) => ['', ...formatService(service, options, paint)]),
    '',
    ...machines(status, paint),
    ...list('What differs:', status.disagreements),
    ...list('What is wrong:', status.problems),
  ];
  return blocks.join('\n') + '\n';
}

function heading(status: SiteStatus, { timeZone }: TextOptions, paint: Paint): string[] {
  const { site, at, ok, manager, generation, disagreements, problems } = status;
  const count = (number: number, one: string) =>
    number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`];
  const verdict = ok
    ? paint('good', 'all is well')
    : paint(
        'bad',
        [...count(disagreements.length, 'disagreement'), ...count(problems.length, 'problem')].join(', '),
      );
  const whence = manager ? `read through ${manager}` : 'read from the edges alone';
  const label = generation.label ?? (manager ? 'none' : 'not known');
  return [
    `${paint('strong', site)}: ${verdict}`,
    `generation: config ${generation.config}, label ${label}, edges ${edgeGenerations(generation.edges)}`,
    paint('faint', `${whence}, ${localTime(at, timeZone)}`),
  ];
}

/** `7` where all have the same, else each with its own. */
function edgeGenerations(edges: Record<string, number>): string {
  const distinct = new Set(Object.values(edges));
  if (distinct.size === 0) return 'none';
  if (distinct.size === 1) return String([...distinct][0]);
  return Object.entries(edges)
    .map(([node, generation]) => `${generation} (${node})`)
    .join(', ');
}

/** Nodes and their edges in one table, since most nodes have all roles. */
function machines({ nodes, edges, generation, manager }: SiteStatus, paint: Paint): string[] {
  const rows = nodes.map((node): Cell[] => {
    const edge = edges.find((each) => each.node === node.name);
    if (node.maintenance)
      return [
        node.name,
        node.place,
        node.roles.join(','),
        { text: 'in maintenance, not asked', style: 'faint' },
      ];
    const state = node.state ?? (manager ? 'not a member' : '?');
    const swarm = [state, ...(node.availability === 'active' ? [] : [node.availability ?? ''])]
      .filter(Boolean)
      .join(', ');
    const bad = manager !== undefined && swarm !== 'ready';
    const behind = edge?.generation !== undefined && edge.generation !== generation.running;
    return [
      node.name,
      node.place,
      node.roles.join(','),
      bad ? { text: swarm, style: 'bad' } : swarm,
      node.reachable ? 'ok' : { text: 'no', style: 'bad' },
      !edge
        ? '-'
        : edge.generation === undefined
          ? { text: 'silent', style: 'bad' }
          : { text: `generation ${edge.generation}`, style: behind ? 'bad' : 'good' },
      !edge?.haproxyCfg
        ? ''
        : { text: edge.haproxyCfg, style: edge.haproxyCfgAgrees === false ? 'bad' : 'faint' },
    ];
  });
  return table(['NODE', 'PLACE', 'ROLES', 'SWARM', 'SSH', 'EDGE', 'HAPROXY.CFG'], rows, paint);
}

/** The versions that are known by their digest. */
function versionsOf({ services }: SiteStatus): Map<string, string> {
  const known = services.flatMap(({ slots, candidate, rollback }) => [
    ...('none' in rollback ? [] : [rollback]),
    ...(candidate ? [candidate] : []),
    ...slotNames.map((slot) => slots[slot]),
  ]);
  return new Map(
    known.flatMap(({ digest, version }) => (digest && version ? [[digest, version] as const] : [])),
  );
}

/** A text of several lines keeps them, one step to the right. */
function indented(text: string): string[] {
  return text.split('\n').map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
}
