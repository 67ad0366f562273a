import { managerLost, type ManagersView } from './managers-view';

describe('two looks at the managers', () => {
  const node = (name: string, more: object = {}): ManagersView['nodes'][number] => ({
    name,
    hostname: name,
    role: 'manager',
    leader: name === 'pi1',
    version: 7,
    ...more,
  });
  const before: ManagersView = {
    reached: ['pi1', 'pi2', 'pi3'],
    nodes: [node('pi1'), node('pi2'), node('pi3'), node('pi4', { role: 'worker' })],
  };

  it('say nothing when all is as it was, a worker apart', () => {
    expect(managerLost(before, before)).toBeUndefined();
    const nodes = before.nodes.map((each) => (each.name === 'pi4' ? { ...each, version: 9 } : each));
    expect(managerLost(before, { ...before, nodes })).toBeUndefined();
  });

  it('say nothing of a manager that was away before', () => {
    const without = { ...before, reached: ['pi1', 'pi3'] };
    expect(managerLost(without, without)).toBeUndefined();
    expect(managerLost(without, before)).toBeUndefined();
  });

  it('name the one that can no longer be reached', () => {
    expect(managerLost(before, { ...before, reached: ['pi2', 'pi3'] })).toBe("pi1 can't be reached any more");
  });

  it('name the new leader', () => {
    const nodes = before.nodes.map((each) => ({ ...each, leader: each.name === 'pi3' }));
    expect(managerLost(before, { ...before, nodes })).toBe('the Swarm is led by pi3 now, no longer by pi1');
  });

  it('name one that was away and is back', () => {
    const nodes = before.nodes.map((each) => (each.name === 'pi2' ? { ...each, version: 9 } : each));
    expect(managerLost(before, { ...before, nodes })).toBe('pi2 was away, or was changed');
    // Where a service rolls, the versions say nothing of that.
    const rolls = { ...before, nodes: before.nodes.map(({ version, ...each }) => each) };
    expect(managerLost(rolls, rolls)).toBeUndefined();
  });
});
