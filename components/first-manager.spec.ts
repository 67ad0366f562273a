import { threeNodes } from '../test/sites';
import { firstManager } from './first-manager';

const { nodes } = threeNodes();
const out = (...names: string[]) =>
  nodes.map((node) => ({ ...node, maintenance: names.includes(node.name) }));

describe('firstManager', () => {
  it.each([
    ['the first manager of the config', nodes, 'pi1'],
    ['the first that is not in maintenance', out('pi1', 'pi2'), 'pi3'],
    ['no worker', [{ ...nodes[0]!, roles: ['worker' as const] }, ...nodes.slice(1)], 'pi2'],
    ['the first manager of all where each is in maintenance', out('pi1', 'pi2', 'pi3'), 'pi1'],
  ])('is %s', (_, of, name) => {
    expect(firstManager(of).name).toBe(name);
  });
});
