import { threeNodes } from '../test/sites';
import { refuseCanaryOfRolling, rollingService } from './rolls';

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
});
