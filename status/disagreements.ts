import type { SiteConfig } from '../config/site-config';
import { newestPointer } from '../release/compare';
import { formatPointer, settled, slotNames, type Pointer } from '../release/pointer';
import { haproxyCfgOf } from './edge-status';
import { swarmNodeOf } from './node-status';
import { runningPointer, type SiteReading, type SwarmReading } from './site-reading';
import { digestOfImage } from './slot-status';
import { pointerDifferences } from './pointer-differences';

/**
 * In which ways config, label, the edges' maps and the Swarm's services say different things, in words, with the remedy
 * where there is one. Digests are whole. Empty when all say the same.
 */
export function disagreements(config: SiteConfig, reading: SiteReading, wanted: Pointer): string[] {
  const { swarm } = reading;
  return [
    ...configDisagreements(wanted, reading),
    ...edgeDisagreements(reading),
    ...(swarm.kind === 'read'
      ? [...slotDisagreements(config, swarm), ...memberDisagreements(config, swarm)]
      : []),
  ];
}

function configDisagreements(wanted: Pointer, reading: SiteReading): string[] {
  const runs = runningPointer(reading);
  if (!runs) {
    if (reading.swarm.kind === 'none') return [`nothing is deployed: ${reading.swarm.why}. Run: pulumi up`];
    if (reading.swarm.kind === 'read') return ['nothing is deployed yet. Run: pulumi up'];
    return []; // nobody could be asked: that is a problem, not a disagreement
  }
  const running = settled(runs);
  const rolls = Object.entries(runs.services).flatMap(([name, { rolling }]) =>
    rolling
      ? [
          `the nodes of ${name} are going to ${rolling.to}, one after the other. When no pulumi up is under way, it was killed: run ` +
            `pulumi up`,
        ]
      : [],
  );
  if (formatPointer(running) === formatPointer(wanted)) return rolls;
  const lines = listOf(pointerDifferences(running, wanted));
  const has = `the config has generation ${wanted.generation}, and the site runs generation ${running.generation}`;
  if (wanted.generation > running.generation) return [...rolls, `${has}: pulumi up would bring ${lines}`];
  if (wanted.generation < running.generation)
    return [
      `${has}: the config is older than what runs, and differs by ${lines}. Take the newest one: git pull`,
    ];
  return [
    `the config and the site have generation ${wanted.generation} with different contents: ${lines}. Each change needs a ` +
      `generation of its own: set evenkeel:release.generation to ${wanted.generation + 1}`,
  ];
}

function edgeDisagreements({ swarm, edges }: SiteReading): string[] {
  const label = swarm.kind === 'read' ? swarm.label : undefined;
  const maps = edges.flatMap(({ worker }) => worker?.pointer ?? []);
  const measure = label ?? newestPointer(maps);
  if (!measure) return [];
  const whose = label ? 'the label has' : 'another edge has';
  const cfg = haproxyCfgOf({ swarm, edges });
  return edges.flatMap(({ node, worker }) => {
    if (!worker) return [];
    const { pointer } = worker;
    const found: string[] = [];
    if (formatPointer(pointer) !== formatPointer(measure))
      found.push(
        `the edge ${node} has generation ${pointer.generation}, and ${whose} ${measure.generation}: ` +
          `${listOf(pointerDifferences(pointer, measure))}. Run: pulumi up`,
      );
    if (cfg && worker.haproxyCfg !== cfg)
      found.push(
        `the edge ${node} runs haproxy.cfg ${worker.haproxyCfg}, and ${label ? 'the label has' : 'most edges run'} ${cfg}. Run: pulumi up`,
      );
    return found;
  });
}

/** The image of each slot's Swarm service against the label. */
function slotDisagreements(config: SiteConfig, { label, slots }: SwarmReading): string[] {
  if (!label) return [];
  return config.services.flatMap(({ name }) =>
    slotNames.flatMap((slot) => {
      const says = label.services[name]?.digests[slot];
      const image = slots.find((each) => each.service === name && each.slot === slot)?.image;
      const runs = image === undefined ? undefined : (digestOfImage(image) ?? image);
      if (says === runs) return [];
      return [
        `${slot} of ${name} runs ${runs ?? 'nothing'}, and the label says ${says ?? 'that it is empty'}: an up has not come to ` +
          `its end, or it was changed by hand. Run: pulumi up`,
      ];
    }),
  );
}

/** Members of the Swarm against the nodes of the config. A machine that Evenkeel did not join is nobody's business. */
function memberDisagreements({ nodes }: SiteConfig, swarm: SwarmReading): string[] {
  const roles = nodes.flatMap((node) => {
    const entry = swarmNodeOf(swarm.nodes, node.name);
    const wanted = node.roles.includes('manager') ? 'manager' : 'worker';
    return !entry || entry.role === wanted || node.maintenance
      ? []
      : [`${node.name} is a ${entry.role} in the Swarm, and the config makes it a ${wanted}. Run: pulumi up`];
  });
  const strangers = swarm.nodes.flatMap(({ name, state }) =>
    name === undefined || nodes.some((node) => node.name === name)
      ? []
      : [`the Swarm has a node ${name} (${state}), and the config has none of that name`],
  );
  return [...roles, ...strangers];
}

function listOf(lines: readonly string[]): string {
  return lines.length > 0 ? lines.join(', ') : 'nothing but the generation';
}
