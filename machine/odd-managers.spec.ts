import { oddManagers } from './odd-managers';

const site = (...roles: string[]) =>
  roles.map((role, index) => ({
    name: `pi${index + 1}`,
    roles: role === 'm' ? (['manager', 'worker'] as const).slice() : (['worker'] as const).slice(),
  }));
const nobody = new Set<string>();

describe('the managers after a node has gone', () => {
  it('stay as they are when it was none', () => {
    expect(oddManagers('pi4', site('m', 'm', 'm', 'w'), nobody)).toEqual({});
  });

  it('get the first node that is none in its place', () => {
    expect(oddManagers('pi1', site('m', 'm', 'm', 'w', 'w'), nobody)).toEqual({ promote: 'pi4' });
  });

  it('get none that is out', () => {
    expect(oddManagers('pi1', site('m', 'm', 'm', 'w', 'w'), new Set(['pi4']))).toEqual({ promote: 'pi5' });
    expect(oddManagers('pi1', site('m', 'm', 'm', 'w'), new Set(['pi4']))).toEqual({ demote: 'pi3' });
  });

  it('lose the last one where all are managers', () => {
    expect(oddManagers('pi3', site('m', 'm', 'm'), nobody)).toEqual({ demote: 'pi2' });
    expect(oddManagers('pi2', site('m', 'm', 'm', 'm', 'm'), nobody)).toEqual({ demote: 'pi5' });
  });

  it('can not be when it was the only one and nobody can take its place', () => {
    expect(oddManagers('pi1', site('m'), nobody)).toBeUndefined();
    expect(oddManagers('pi1', site('m', 'w'), nobody)).toEqual({ promote: 'pi2' });
  });

  it.each([3, 5, 7])(
    'are odd in number, whoever of %d goes and however many others there are',
    (managers) => {
      for (let others = 0; others <= 3; others++) {
        const nodes = site(...Array<string>(managers).fill('m'), ...Array<string>(others).fill('w'));
        for (const { name } of nodes) {
          const { promote, demote } = oddManagers(name, nodes, nobody)!;
          const left = nodes.filter((node) => node.name !== name && node.name !== demote);
          const count = left.filter((node) => node.roles.includes('manager') || node.name === promote).length;
          expect(count % 2).toBe(1);
        }
      }
    },
  );
});
