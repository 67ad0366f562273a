import { threeNodes } from '../test/sites';
import { digestOf } from '../test/pointers';
import { pointerFromConfig } from './pointer';
import { halfRolled, refuseCanaryOfRolling, rollingService } from './rolls';

const blueGreen = threeNodes();
const rolling = {
  services: blueGreen.services.map((service) => ({ ...service, strategy: 'rolling' as const })),
};

describe('a service that rolls', () => {
  it('is told by its strategy', () => {
    expect(rollingService(rolling, 'shop')?.name).toBe('shop');
    expect(rollingService(blueGreen, 'shop')).toBeUndefined();
    expect(rollingService(rolling, 'blog')).toBeUndefined();
  });

  it('has no canary, and the refusal says why and what to do instead', () => {
    expect(() => refuseCanaryOfRolling(rolling, 'shop')).toThrow(
      /strategy: rolling: one version runs on each node.*evenkeel switch shop/,
    );
    expect(() => refuseCanaryOfRolling(blueGreen, 'shop')).not.toThrow();
  });

  it('keeps its strategy until its nodes have all changed', () => {
    const label = pointerFromConfig(blueGreen.release);
    const rolls = { to: 'green', idle: digestOf('b') } as const;
    const midway = { ...label, services: { shop: { ...label.services['shop']!, rolling: rolls } } };
    expect(halfRolled(blueGreen, midway)).toEqual([expect.stringContaining('Put it back, run pulumi up')]);
    expect([
      halfRolled(rolling, midway),
      halfRolled(blueGreen, label),
      halfRolled(blueGreen, undefined),
    ]).toEqual([[], [], []]);
  });
});
