import { formatKeyPath } from './key-path';

describe('formatKeyPath', () => {
  it.each([
    [['nodes'], 'evenkeel:nodes'],
    [['nodes', 1, 'roles', 0], 'evenkeel:nodes[1].roles[0]'],
    [['release', 'services', 'my-shop', 'live'], 'evenkeel:release.services.my-shop.live'],
    [['nodes', 0, 'labels', 'disk.kind'], 'evenkeel:nodes[0].labels["disk.kind"]'],
    [['secrets', ''], 'evenkeel:secrets[""]'],
  ])('writes %j as Pulumi does', (path, expected) => {
    expect(formatKeyPath(path)).toBe(expected);
  });
});
