import { swarmNode } from '../status/reading.fixture';
import { threeNodes } from '../test/sites';
import { isBound, slotOfNode, strayFromSlot } from './slot-of-node';
import type { SwarmService } from './swarm-state';

const site = threeNodes();
const rolling = {
  ...site,
  services: site.services.map((service) => ({ ...service, strategy: 'rolling' as const })),
};
const member = (name: string, slot?: string) =>
  swarmNode(name, { labels: { 'evenkeel.node': name, ...(slot && { 'evenkeel.slot.shop': slot }) } });

describe('the slot of a node', () => {
  it('is what its label says, and nothing else than a slot', () => {
    expect(
      ['blue', 'green', 'red', undefined].map((slot) => slotOfNode(member('pi1', slot), 'shop')),
    ).toEqual(['blue', 'green', undefined, undefined]);
    expect(slotOfNode(member('pi1', 'blue'), 'blog')).toBeUndefined();
  });

  it('is missed of members that run another one than what shall be live; who is no member is not', () => {
    const members = [member('pi1', 'blue'), member('pi2', 'green'), swarmNode('elsewhere')];
    expect(strayFromSlot(rolling, members)).toEqual(['pi2: runs green of shop, not blue']);
    expect(strayFromSlot(rolling, [member('pi3')])).toEqual(['pi3: runs no slot of shop, not blue']);
    expect(strayFromSlot(site, members)).toEqual([]);
  });

  it('binds a Swarm service that was made for a service that rolls, and no earlier one', () => {
    const service = (...Constraints: string[]) =>
      ({ spec: { TaskTemplate: { Placement: { Constraints } } } }) as unknown as SwarmService;
    const worker = 'node.labels.evenkeel.worker==true';
    expect(isBound(service('node.labels.evenkeel.slot.shop==blue', worker), 'shop', 'blue')).toBe(true);
    expect(isBound(service(worker), 'shop', 'blue')).toBe(false);
    expect(isBound(service('node.labels.evenkeel.slot.shop==blue'), 'shop', 'green')).toBe(false);
  });
});
