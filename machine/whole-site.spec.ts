import { oneMachine } from '../test/sites';
import { othersServe } from './whole-site';

describe('othersServe', () => {
  it.each(['drain', 'reboot', 'update'] as const)(
    'lets a machine %s that is a site beside others',
    (step) => {
      expect(othersServe(step, oneMachine('home', 'fra'))).toBe(true);
    },
  );

  it.each(['replace', 'remove'] as const)('does not let it %s: it would be gone with its Swarm', (step) => {
    expect(othersServe(step, oneMachine('home', 'fra'))).toBe(false);
  });

  it('does not where the pool does not lead to others, or not to it, or is none', () => {
    expect(othersServe('drain', oneMachine('fra'))).toBe(false);
    expect(othersServe('drain', oneMachine('home', 'nyc'))).toBe(false);
    expect(othersServe('drain', { ...oneMachine('home', 'fra'), pool: undefined })).toBe(false);
    expect(othersServe('drain', { ...oneMachine('home', 'fra'), cloudflare: undefined })).toBe(false);
  });
});
