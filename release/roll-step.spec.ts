import type { SlotName } from '../config/site-config';
import { rollStep, type RollNode, type RollStep } from './roll-step';

const node = (name: string, slot?: SlotName, { ready = true, proven = false } = {}): RollNode => ({
  name,
  ...(slot && { slot }),
  ready,
  proven,
});

/** All that a roll does on machines that do what they are told. */
function allSteps(nodes: RollNode[], live: SlotName, to: SlotName): string[] {
  let rolling: SlotName | undefined;
  const said: string[] = [];
  const change = (name: string, changes: Partial<RollNode>) =>
    (nodes = nodes.map((each) => (each.name === name ? { ...each, ...changes } : each)));
  for (let step: RollStep; (step = rollStep({ nodes, live, rolling }, to)).do !== 'done';) {
    said.push('node' in step ? `${step.do} ${step.node}` : step.do);
    if (step.do === 'serve both') rolling = to;
    else if (step.do === 'take out') change(step.node, { slot: undefined });
    else if (step.do === 'put in') change(step.node, { slot: to, proven: false });
    else if (step.do === 'prove') change(step.node, { proven: true });
    else if (step.do === 'note') for (const name of step.nodes) change(name, { slot: to });
  }
  return said;
}

describe('a roll', () => {
  it('changes one node after the other, each proven before the next', () => {
    expect(allSteps([node('pi1', 'blue'), node('pi2', 'blue')], 'blue', 'green')).toEqual([
      'serve both',
      'take out pi1',
      'put in pi1',
      'prove pi1',
      'take out pi2',
      'put in pi2',
      'prove pi2',
    ]);
  });

  it('tells a machine that is down at the end, when the version has proved itself', () => {
    expect(
      allSteps([node('pi1', 'blue', { ready: false }), node('pi2', 'blue')], 'blue', 'green').at(-1),
    ).toBe('note');
  });

  it('proves again what an earlier one has put in, before it takes out another node', () => {
    expect(allSteps([node('pi1', 'blue'), node('pi2', 'green')], 'blue', 'green')).toEqual([
      'serve both',
      'prove pi2',
      'take out pi1',
      'put in pi1',
      'prove pi1',
    ]);
  });

  it('goes back from wherever it was', () => {
    expect(allSteps([node('pi1', 'green'), node('pi2'), node('pi3', 'blue')], 'blue', 'blue')).toEqual([
      'serve both',
      'prove pi3',
      'put in pi2',
      'prove pi2',
      'take out pi1',
      'put in pi1',
      'prove pi1',
    ]);
  });

  it('gives a new node the live slot without a word to the edges', () => {
    expect(allSteps([node('pi1', 'blue', { proven: true }), node('pi2')], 'blue', 'blue')).toEqual([
      'put in pi2',
      'prove pi2',
    ]);
  });
});
