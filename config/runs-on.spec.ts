import { runsOn } from './runs-on';

describe('runsOn', () => {
  it('is for workers only', () => {
    expect(runsOn({ nodes: {} }, { roles: ['manager', 'worker'], labels: {} })).toBe(true);
    expect(runsOn({ nodes: {} }, { roles: ['manager', 'edge'], labels: {} })).toBe(false);
  });

  it.each([
    [{ disk: 'ssd' }, true],
    [{ disk: 'ssd', zone: 'a' }, true],
    [{ disk: 'hdd' }, false],
    [{ disk: 'ssd', gpu: 'yes' }, false],
    [{ constructor: 'x' }, false],
  ])('wants all labels of %j', (nodes, expected) => {
    expect(runsOn({ nodes: nodes }, { roles: ['worker'], labels: { disk: 'ssd', zone: 'a' } })).toBe(
      expected,
    );
  });
});
