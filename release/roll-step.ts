import type { SlotName } from '../config/site-config';

/** A node of a service that rolls. */
export interface RollNode {
  name: string;
  /** The slot that the node runs, by its label in the Swarm; undefined: none, since it is new or was just taken out. */
  slot?: SlotName;
  /** Whether Swarm runs tasks on it now. */
  ready: boolean;
  /** Whether every edge was seen to find the slot healthy that is rolled to, and to send requests there. */
  proven: boolean;
}

/** What is found of a service that rolls. */
export interface Roll {
  /** In the order in which they change. */
  nodes: readonly RollNode[];
  /** The slot that the pointer calls live. */
  live: SlotName;
  /** What the pointer says is under way; undefined: nothing. */
  rolling?: SlotName;
}

/** The one thing to do next. */
export type RollStep =
  /** The edges are to send requests to both slots, on whichever node has which. */
  | { do: 'serve both' }
  /** The edges let go of the node's task, which is then ended. */
  | { do: 'take out'; node: string }
  /** The node, which runs nothing, gets a task of the slot. */
  | { do: 'put in'; node: string }
  /** Wait until every edge finds the node's task healthy, and send requests there. */
  | { do: 'prove'; node: string }
  /** Nodes that run nothing now are told which slot they have once they run again. */
  | { do: 'note'; nodes: string[] }
  /** All nodes have the slot. */
  | { do: 'done' };

/**
 * The next step of a roll: from what is found, and from nothing else, so that a roll that was killed anywhere goes on from
 * there, the one way or the other.
 *
 * What holds after each step (release/roll-step.laws.spec.ts): no node has both slots; at most one node is taken out at a
 * time, and none while another one is not proven; requests go only to nodes whose slot the pointer lets them reach.
 *
 * @param to the slot that all nodes are to run.
 */
export function rollStep({ nodes, live, rolling }: Roll, to: SlotName): RollStep {
  const running = nodes.filter(({ ready }) => ready);
  const strays = nodes.filter(({ slot, ready }) => !ready && slot !== to);
  const mixed = nodes.some(({ slot }) => slot !== undefined && slot !== to);
  if (rolling !== to && (rolling !== undefined || mixed || live !== to)) return { do: 'serve both' };
  // First what is half done: a node that an earlier roll has taken out, or has put in and not proven.
  const out = running.find(({ slot }) => slot === undefined);
  const unproven = running.find(({ slot, proven }) => slot === to && !proven);
  if (unproven) return { do: 'prove', node: unproven.name };
  if (out) return { do: 'put in', node: out.name };
  const next = running.find(({ slot }) => slot !== to);
  if (next) return { do: 'take out', node: next.name };
  if (strays.length > 0) return { do: 'note', nodes: strays.map(({ name }) => name) };
  return { do: 'done' };
}
