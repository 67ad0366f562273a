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

  it('is one that can be reached and does not lead', () => {
    const nodes = [node('pi1'), node('pi2'), node('pi3', true), node('pi4'), node('pi5')];
    const inSwarm = [
      worker('pi1'),
      manager('pi2', true),
      manager('pi3'),
      manager('pi4', false, 'unreachable'),
      manager('pi5'),
    ];
    expect(managerToCopy(inSwarm, nodes)).toBe('pi5');
  });

  it('is the leader where there is no other', () => {
    expect(managerToCopy([manager('pi1', true)], [node('pi1')])).toBe('pi1');
    expect(() => managerToCopy([worker('pi1')], [node('pi1')])).toThrow(/none of the site's managers/);
  });
});
