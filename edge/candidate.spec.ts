import type { ServiceRelease } from '../config/site-config';
import { pointerFromConfig, type Pointer, type ServicePointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import { candidates, releaseImage, slotServiceName } from './candidate';
import { readWantedRelease, wantedEnvironment } from './wanted-release';

const blue = { version: '1.0.0', digest: digestOf('a') };
const green = { version: '1.1.0', digest: digestOf('b') };

/** The slots of the service shop that the gate has to prove. */
function toProve(
  wants: Omit<ServiceRelease, 'canary'> & { canary?: number },
  runs?: ServicePointer,
): string[] {
  const site = threeNodes();
  const release = { generation: 8, services: { shop: { canary: 0, ...wants } } };
  const wanted = readWantedRelease(wantedEnvironment({ ...site, release }, { haproxyCfg: '', template: '' }));
  const label: Pointer | undefined = runs && { generation: 7, services: { shop: runs } };
  return candidates(wanted, label).map(({ slot, release: { version } }) => `${slot} ${version}`);
}

/** blue is live with 1.0.0; green has 1.1.0. */
const both: ServicePointer = { live: 'blue', canary: 0, digests: { blue: blue.digest, green: green.digest } };
const onlyBlue: ServicePointer = { live: 'blue', canary: 0, digests: { blue: blue.digest } };

describe('candidates', () => {
  it.each<[string, string[], string[]]>([
    ['the one release of a first deploy', toProve({ live: 'blue', blue }), ['blue 1.0.0']],
    [
      'both releases of a first deploy: the live one and its candidate',
      toProve({ live: 'green', blue, green }),
      ['blue 1.0.0', 'green 1.1.0'],
    ],
    [
      'a release for a slot that was empty',
      toProve({ live: 'blue', blue, green }, onlyBlue),
      ['green 1.1.0'],
    ],
    [
      'another image for the idle slot',
      toProve({ live: 'blue', blue, green: { version: '1.2.0', digest: digestOf('c') } }, both),
      ['green 1.2.0'],
    ],
    ['the slot that is about to be live', toProve({ live: 'green', blue, green }, both), ['green 1.1.0']],
    [
      'the slot that a canary share is about to be sent to',
      toProve({ live: 'blue', canary: 5, blue, green }, both),
      ['green 1.1.0'],
    ],
    ['nothing when nothing is new', toProve({ live: 'blue', blue, green }, both), []],
    [
      'nothing when only the name of the idle version is new, and its image is the same',
      toProve({ live: 'blue', blue, green: { ...green, version: '1.1.0-rc.1' } }, both),
      [],
    ],
    [
      'never the live slot: it can’t be changed',
      toProve({ live: 'blue', blue: { version: '1.0.1', digest: digestOf('d') } }, onlyBlue),
      [],
    ],
  ])('are %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('are those of every service: a new one is proven beside one that runs', () => {
    const site = fiveNodes();
    const wanted = readWantedRelease(wantedEnvironment(site, { haproxyCfg: '', template: '' }));
    const { shop } = pointerFromConfig({
      ...site.release,
      services: { shop: { ...site.release.services['shop']!, canary: 0 } },
    }).services;
    const found = candidates(wanted, { generation: 11, services: { shop: shop! } });
    expect(found.map(({ service, slot }) => `${service.name}/${slot}`)).toEqual([
      'shop/blue', // its canary share
      'blog/blue',
      'blog/green',
    ]);
  });
});

describe('releaseImage', () => {
  it('has version and digest', () => {
    expect(releaseImage({ repository: 'registry.example.com:5000/shop' }, blue)).toBe(
      `registry.example.com:5000/shop:1.0.0@${digestOf('a')}`,
    );
  });
});

describe('slotServiceName', () => {
  it('is service and slot', () => {
    expect(slotServiceName('shop', 'green')).toBe('shop-green');
  });
});
