import { wholeSite } from './whole-site';
import type { NodeSituation, NodeStep, SiteSituation } from './node-situation';

/**
 * Why a machine must not be taken out as things stand, one sentence each with the remedy; empty when it may. The rules:
 *
 * - one machine at a time: no other one is out, down, or without the edge that it should have;
 * - another edge serves the public;
 * - more than half of Swarm's managers are there without it;
 * - each service that it runs is healthy on another machine, by every edge's check;
 * - the machines where it is healthy can do what there is to do just now;
 * - no rollout of the edges is under way, and no service's nodes are just changing their slot.
 *
 * A machine on which Swarm runs nothing any more takes nothing with it: only the quorum counts then. Memory need not be looked at: a
 * slot has a task on each of its machines and none moves, so what fits now fits then.
 *
 * @param managersAfter number of managers that the Swarm shall have afterwards; default: as many as now, or one less for
 *   a manager that goes for good.
 */
export function nodeRefusals(step: NodeStep, name: string, site: SiteSituation): string[] {
  const node = site.nodes.find((each) => each.name === name);
  if (!node) throw new Error(`no node ${name} in the config`);
  const others = site.nodes.filter((each) => each !== node);
  if (others.length === 0) return [wholeSite];
  const works = node.state === 'ready' && node.availability === 'active';
  return [
    ...(works ? [...otherOut(others), ...rollingOut(site)] : []),
    ...(works
      ? [...lastEdge(node, others), ...lastOfService(node, others), ...capacity(node, others, site)]
      : []),
    ...(leaves(step) || node.state === 'ready' ? quorum(step, name, site) : []),
  ];
}

function leaves(step: NodeStep): boolean {
  return step === 'replace' || step === 'remove';
}

function otherOut(others: readonly NodeSituation[]): string[] {
  return others.flatMap((node) => {
    const why = whyOut(node);
    return why ? [`${node.name} is out (${why}), and machines go out one at a time. ${bringBack(node)}`] : [];
  });
}

/** Why a machine does not do what it is there for; undefined when it does. */
export function whyOut({ maintenance, out, state, availability, edge }: NodeSituation): string | undefined {
  if (out !== undefined) return out;
  if (maintenance) return 'the config has maintenance: true';
  if (state === undefined) return 'the Swarm does not list it';
  if (state !== 'ready') return `Swarm calls it ${state}`;
  if (availability !== 'active') return `its availability is ${availability}`;
  if (edge?.problem !== undefined) return `its edge does not serve: ${edge.problem}`;
  return undefined;
}

function bringBack({ name, maintenance, out, state, availability }: NodeSituation): string {
  if (out !== undefined || maintenance || availability === 'drain')
    return `Bring it back first: evenkeel node ${name} resume; or, when it is gone for good: evenkeel node ${name} remove`;
  if (state !== 'ready')
    return `Start it first, or run pulumi up when it runs; when it is gone for good: evenkeel node ${name} remove`;
  return `See why with evenkeel status, and run: pulumi up`;
}

function rollingOut({ rollout, rolls }: SiteSituation): string[] {
  const changing = rolls.map(
    (service) =>
      `the nodes of ${service} are just changing their version, one after the other. Wait for it; when nothing goes on, finish ` +
      `it with: pulumi up`,
  );
  if (rollout === undefined) return changing;
  return [
    ...changing,
    `the rollout of the edges is not complete (Swarm says "${rollout}"), so another edge may be about to restart. Wait for it; ` +
      `see why with: docker service ps evenkeel-edge --no-trunc`,
  ];
}

function lastEdge(node: NodeSituation, others: readonly NodeSituation[]): string[] {
  if (!node.edge) return [];
  const edges = others.filter((each) => each.edge);
  if (edges.some((each) => whyOut(each) === undefined)) return [];
  const why = edges.map((each) => `${each.name}: ${whyOut(each)}`).join('; ');
  return [
    `it is the last edge${why ? ` (${why})` : ''}: without it nobody reaches the site. ` +
      (edges.length > 0
        ? 'Bring another edge back first.'
        : 'Give another node the role edge first, and run pulumi up.'),
  ];
}

function lastOfService(node: NodeSituation, others: readonly NodeSituation[]): string[] {
  return node.services.flatMap((service) => {
    const able = others.filter((each) => each.services.includes(service));
    if (able.some((each) => each.healthy.includes(service) && whyOut(each) === undefined)) return [];
    const why = able.map((each) => `${each.name}: ${whyOut(each) ?? 'not healthy'}`).join('; ');
    return [
      `${service} would be healthy nowhere${why ? ` (${why})` : ''}: its requests would be lost. ` +
        (able.length > 0
          ? 'Put that right first; see: evenkeel status'
          : `No other node runs ${service}: let another one (its labels, or nodes of the service), and run pulumi up.`),
    ];
  });
}

/** A machine that is sick itself takes nothing from what the others can do. */
function capacity(
  node: NodeSituation,
  others: readonly NodeSituation[],
  { demand }: SiteSituation,
): string[] {
  return demand.flatMap(({ service, requests, each }) => {
    const able = others.filter((other) => other.healthy.includes(service) && whyOut(other) === undefined);
    const left = able.length * each;
    if (!node.healthy.includes(service) || left === 0 || requests <= left) return [];
    return [
      `${service} has ${requests} requests at one edge just now, and without it the others take ${left} at the same time ` +
        `(${able.map(({ name }) => `${name}: ${each}`).join(', ')}; limits.maxConnections): some would wait or be turned away. ` +
        'Do it at a quieter time, or run the service on another machine first.',
    ];
  });
}

/**
 * Swarm takes a change, a move of a task, a new edge even, only while more than half of its managers are there. One that
 * goes for good must be voted out first, by a majority that may count itself in.
 */
function quorum(step: NodeStep, name: string, { managers }: SiteSituation): string[] {
  if (!managers.some((each) => each.name === name)) return [];
  const there = managers.filter((each) => each.reachable);
  const left = there.filter((each) => each.name !== name).length;
  const total = leaves(step) ? managers.length - 1 : managers.length;
  const needed = Math.floor(total / 2) + 1;
  const away = managers.filter((each) => !each.reachable && each.name !== name).map((each) => each.name);
  if (managers.length === 1)
    return [
      leaves(step)
        ? 'it is the only manager: the Swarm would be gone with it. Give another node the role manager first (of three), and run pulumi up.'
        : 'it is the only manager: while it is out the Swarm takes no change. Have three managers, and any one of them can go.',
    ];
  if (left >= needed) return [];
  return [
    `without it ${left} of ${total} managers would be there, and Swarm's quorum is ${needed}` +
      `${away.length > 0 ? ` (not there: ${away.join(', ')})` : ''}. ` +
      (away.length > 0
        ? `Start ${away.join(' and ')} first.`
        : 'Have three managers, and any one of them can go.'),
  ];
}
