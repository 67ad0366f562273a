import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { runsOn } from './runs-on';
import type { StackConfig } from './schema';
import type { NodeRole } from './site-config';

type Stack = Parts<StackConfig>;

const one = 'One version runs on each node of a service that rolls';

/** What takes a second version that runs beside the live one: a preview, a canary, sessions that finish on the old one. */
export function rollingHasNoCandidate({ services, release }: Stack): Mistake[] {
  return entriesOf(services).flatMap(([index, { name, strategy, preview, sessions }]) => {
    if (strategy !== 'rolling') return [];
    const canary = name === undefined ? undefined : release?.services?.[name]?.canary;
    return [
      ...(preview === undefined
        ? []
        : [
            mistake(
              ['services', index, 'preview'],
              preview.hostname,
              'nothing while strategy is rolling',
              `${one}, so there is no candidate to look at. Remove it, or use strategy: blueGreen.`,
            ),
          ]),
      ...(sessions?.onSwitch === 'finish'
        ? [
            mistake(
              ['services', index, 'sessions', 'onSwitch'],
              'finish',
              'move while strategy is rolling',
              `${one}, so no session can finish on the old one. Use move, or strategy: blueGreen.`,
            ),
          ]
        : []),
      ...(canary
        ? [
            mistake(
              ['release', 'services', name!, 'canary'],
              canary,
              '0 while strategy is rolling',
              `${one}, so there is no candidate to give a share to. Set it to 0, or use strategy: blueGreen.`,
            ),
          ]
        : []),
    ];
  });
}

/** Its only node could not change its version without an interruption. */
export function rollingHasOtherNodes({ nodes, services }: Stack): Mistake[] {
  const known = nodes?.map((node) => {
    const roles = wholeOf<NodeRole[]>(node?.roles);
    const labels = wholeOf<Record<string, string>>(node?.labels);
    return roles && labels ? { roles, labels } : undefined;
  });
  return entriesOf(services).flatMap(([index, { strategy, nodes: parts }]) => {
    const wanted = wholeOf<Record<string, string>>(parts);
    if (strategy !== 'rolling' || known === undefined || wanted === undefined) return [];
    // A node that could not be read may be one of them; a service without any is a mistake of its own.
    const count = known.filter((node) => node === undefined || runsOn({ nodes: wanted }, node)).length;
    if (count !== 1) return [];
    return [
      mistake(
        ['services', index, 'strategy'],
        'rolling',
        'blueGreen for a service that runs on one node',
        'While that node changed its version, nobody would answer. Give the service another node, or use blueGreen.',
      ),
    ];
  });
}
