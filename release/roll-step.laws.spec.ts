import * as fc from 'fast-check';
import type { SlotName } from '../config/site-config';
import { rollStep, type Roll, type RollNode } from './roll-step';

/** What stays when a roll is killed. */
interface World {
  nodes: { name: string; slot?: SlotName; ready: boolean }[];
  live: SlotName;
  rolling?: SlotName;
}

interface Life {
  world: World;
  /** After so many steps the roll is killed, and another one begins, which goes the other way or the same. */
  kills: { after: number; to: SlotName }[];
  to: SlotName;
}

const slot = fc.constantFrom<SlotName>('blue', 'green');

const arbitraryLife: fc.Arbitrary<Life> = fc.record({
  world: fc
    .record({
      live: slot,
      ready: fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
    })
    .map(({ live, ready }) => ({
      live,
      nodes: ready.map((each, index) => ({ name: `pi${index + 1}`, slot: live, ready: each })),
    })),
  kills: fc.array(fc.record({ after: fc.nat(9), to: slot }), { maxLength: 4 }),
  to: slot,
});

/** Carries out steps on the world, as edge/roll.ts does. @returns the steps that were done. */
function run(world: World, to: SlotName, most: number, look: (roll: Roll) => void): string[] {
  const proven = new Set<string>();
  const did: string[] = [];
  for (;;) {
    const nodes = world.nodes.map((node): RollNode => ({ ...node, proven: proven.has(node.name) }));
    const roll = { ...world, nodes };
    look(roll);
    if (did.length === most) return did;
    const step = rollStep(roll, to);
    const find = (name: string) => world.nodes.find((node) => node.name === name)!;
    if (step.do === 'done') return did;
    did.push('node' in step ? `${step.do} ${step.node}` : step.do);
    if (did.length > 100) throw new Error(`no end: ${did.join(', ')}`);
    if (step.do === 'serve both') world.rolling = to;
    else if (step.do === 'note') for (const name of step.nodes) find(name).slot = to;
    else if (step.do === 'take out') {
      // A second node may go only when all others serve.
      const others = nodes.filter(({ name, ready }) => ready && name !== step.node);
      expect(others.filter(({ slot }) => slot === undefined)).toEqual([]);
      expect(others.filter(({ slot, proven }) => slot === to && !proven)).toEqual([]);
      delete find(step.node).slot;
    } else if (step.do === 'put in') {
      expect(find(step.node).slot).toBeUndefined();
      find(step.node).slot = to;
      proven.delete(step.node);
    } else proven.add(step.node);
  }
}

describe('a roll, wherever it is killed, and whichever way the next one goes', () => {
  it('never has more than one node out, and no request goes to a slot that no node has while another one has it', () => {
    fc.assert(
      fc.property(arbitraryLife, ({ world, kills, to }) => {
        const look = ({ nodes, live, rolling }: Roll) => {
          expect(nodes.filter(({ slot }) => slot === undefined).length).toBeLessThanOrEqual(1);
          // Strictly the live slot, or both: nodes that have the other one are reached only while the pointer says so.
          if (nodes.some(({ slot }) => slot !== undefined && slot !== live))
            expect(rolling).not.toBeUndefined();
        };
        for (const kill of kills) run(world, kill.to, kill.after, look);
        run(world, to, Infinity, look);
        expect(world.nodes.map(({ slot }) => slot)).toEqual(world.nodes.map(() => to));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes out each node once at most when nobody interferes', () => {
    fc.assert(
      fc.property(arbitraryLife, ({ world, to }) => {
        const did = run(world, to, Infinity, () => undefined);
        expect(new Set(did).size).toBe(did.length);
      }),
    );
  });
});
