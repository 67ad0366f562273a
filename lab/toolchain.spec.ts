import { isUsable } from './toolchain';

describe('isUsable', () => {
  it.each(['3.200.0', 'v3.259.0', '3.300.1-dev.0'])('takes %s', (version) => {
    expect(isUsable(version)).toBe(true);
  });

  it.each(['3.199.9', '2.259.0', '4.0.0', '3', 'unknown', ''])('refuses "%s"', (version) => {
    expect(isUsable(version)).toBe(false);
  });
});
