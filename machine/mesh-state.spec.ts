import { meshedNodes } from '../test/sites';
import { meshConf, meshNodes, meshSite, peersIn } from './mesh-conf';
import { knownKeys, meshDifferences, wantedMeshConfs, type MeshReading } from './mesh-state';

const site = meshSite(meshedNodes())!;
const nodes = meshNodes(site);
const names = nodes.map(({ name }) => name);
const keys = new Map(names.map((name) => [name, `${name}=`]));

/** All nodes as they should be. */
const well: MeshReading[] = nodes.map((node) => ({
  name: node.name,
  key: keys.get(node.name)!,
  up: true,
  conf: meshConf(site, node, keys),
}));
const of = (name: string) => well.find((reading) => reading.name === name)!;
const without = (name: string) => well.filter((reading) => reading.name !== name);

describe('knownKeys', () => {
  it('are those that the nodes say themselves', () => {
    expect(knownKeys(well)).toEqual(keys);
    const renewed = [{ ...of('pi1'), key: 'other=' }, ...without('pi1')];
    expect(knownKeys(renewed).get('pi1')).toBe('other=');
  });

  it('are what the others have of a node that is away', () => {
    expect(knownKeys(without('pi3'))).toEqual(keys);
    expect(knownKeys([{ name: 'pi1', key: 'pi1=', up: false, conf: '' }])).toEqual(
      new Map([['pi1', 'pi1=']]),
    );
  });
});

describe('meshDifferences', () => {
  it('are none where all is as it should be, whoever is away', () => {
    expect(meshDifferences(site, well, names)).toEqual([]);
    for (const name of names) expect(meshDifferences(site, without(name), names)).toEqual([]);
    expect(meshDifferences(site, [], [])).toEqual([]);
  });

  it('name a node without a key, and all who do not know it', () => {
    const blank = [
      { name: 'pi1', up: false, conf: '' },
      ...without('pi1').map((reading) => ({ ...reading, conf: '' })),
    ];
    expect(meshDifferences(site, blank, [])).toEqual([
      'pi1: has no key of the mesh yet',
      'pi2: its peers in the mesh are not the ones it should have',
      'pi3: its peers in the mesh are not the ones it should have',
    ]);
  });

  it('name a node whose interface is gone', () => {
    const gone = [...without('pi2'), { ...of('pi2'), up: false }];
    expect(meshDifferences(site, gone, names)).toEqual(['pi2: its mesh is not up']);
  });

  it('name the others when a node has a new key', () => {
    const renewed = [{ ...of('pi1'), key: 'other=' }, ...without('pi1')];
    expect(meshDifferences(site, renewed, names)).toEqual([
      'pi2: its peers in the mesh are not the ones it should have',
      'pi3: its peers in the mesh are not the ones it should have',
    ]);
  });
});

describe('wantedMeshConfs', () => {
  const smaller = { ...site, nodes: site.nodes.slice(0, 2) };
  const peersOf = (conf: string | undefined) => peersIn(conf ?? '').map(({ name }) => name);

  it('keep a node that config has no more as a peer while it is in the Swarm, and not longer', () => {
    const left = without('pi3');
    expect(peersOf(wantedMeshConfs(smaller, left, names).get('pi1'))).toEqual(['pi2', 'pi3']);
    expect(peersOf(wantedMeshConfs(smaller, left, ['pi1', 'pi2']).get('pi1'))).toEqual(['pi2']);
    expect(peersOf(wantedMeshConfs(smaller, left, undefined).get('pi1'))).toEqual(['pi2', 'pi3']);
    expect(meshDifferences(smaller, left, names)).toEqual([]);
    expect(meshDifferences(smaller, left, ['pi1', 'pi2'])).toHaveLength(2);
  });

  it('are no business of a node that was not read', () => {
    expect([...wantedMeshConfs(site, without('pi3'), names).keys()]).toEqual(['pi1', 'pi2']);
  });
});
