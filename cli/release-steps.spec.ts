import { formatSwitchover } from './release-steps';

describe('formatSwitchover', () => {
  const report = { generation: 8, edges: ['pi1', 'pi2'], down: [], fenced: [] };

  it('says what is live where, and how long the flip took from the first edge to the last', () => {
    expect(formatSwitchover({ ...report, spread: 1.26 })).toBe(
      'generation 8 is live on pi1, pi2; spread between first and last edge 1.3 ms',
    );
  });

  it('says that no edge had to be flipped', () => {
    expect(formatSwitchover(report)).toBe('generation 8 is live on pi1, pi2; no edge had to be flipped');
  });

  it('names the edges that are out, and why', () => {
    expect(formatSwitchover({ ...report, spread: 0, down: ['pi3'], fenced: ['vps1', 'vps2'] })).toBe(
      'generation 8 is live on pi1, pi2; spread between first and last edge 0.0 ms; down: pi3; fenced: vps1, vps2',
    );
  });
});
