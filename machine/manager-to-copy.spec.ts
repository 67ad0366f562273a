import { managerToCopy } from './manager-to-copy';

describe('the manager that a backup copies', () => {
  const node = (name: string, maintenance = false) => ({ name, maintenance });
  const manager = (name: string, leader = false, reachability = 'reachable') => ({
    name,
    state: 'ready',
    reachability,
    leader,
  });
  const worker = (name: string) => ({ name, state: 'ready' });

  it('is the leader, whose log has all', () => {
    const nodes = [node('pi1'), node('pi2'), node('pi3', true), node('pi4'), node('pi5')];
    const inSwarm = [
      worker('pi1'),
      manager('pi2', true),
      manager('pi3'),
      manager('pi4', false, 'unreachable'),
      manager('pi5'),
    ];
    expect(managerToCopy(inSwarm, nodes)).toBe('pi2');
  });

  it('is another one that can be reached where the leader is not to be asked', () => {
    const nodes = [node('pi1', true), node('pi2'), node('pi3')];
    const inSwarm = [manager('pi1', true), manager('pi2', false, 'unreachable'), manager('pi3')];
    expect(managerToCopy(inSwarm, nodes)).toBe('pi3');
    expect(() => managerToCopy([worker('pi1')], [node('pi1')])).toThrow(/none of the site's managers/);
  });
});
