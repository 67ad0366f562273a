import { missingArchitectures } from './missing-architectures';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

describe('missingArchitectures', () => {
  it('finds none when the image has all', () => {
    expect(missingArchitectures([amd64, arm64], ['arm64', 'amd64', 'arm64'])).toEqual([]);
  });

  it('names each one once, in the order of the nodes', () => {
    expect(missingArchitectures([amd64], ['arm64', 'arm', 'amd64', 'arm64'])).toEqual(['arm64', 'arm']);
  });

  it.each(['v6', 'v7', undefined])('takes arm of variant %s', (variant) => {
    const arm = { os: 'linux', architecture: 'arm', ...(variant && { variant }) };
    expect(missingArchitectures([arm], ['arm'])).toEqual([]);
  });

  it('does not count other systems', () => {
    expect(missingArchitectures([{ os: 'windows', architecture: 'amd64' }], ['amd64'])).toEqual(['amd64']);
  });

  it('does not take arm64 for arm, nor the other way round', () => {
    expect(missingArchitectures([arm64], ['arm'])).toEqual(['arm']);
    expect(missingArchitectures([{ os: 'linux', architecture: 'arm' }], ['arm64'])).toEqual(['arm64']);
  });
});
