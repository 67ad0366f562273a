import type { ServiceRelease } from '../config/site-config';
import { release } from '../test/releases';
import { candidateOf, canRollBack, entryOf, idleSlot, isSame, liveRelease } from './candidate-of';

const live = release('1.4.2', 'a');
const other = release('1.5.0-rc.1', 'b');
const service: ServiceRelease = { live: 'blue', canary: 0, blue: live, green: other };

describe('the slots', () => {
  it('one is live, the other idle', () => {
    expect(idleSlot(service)).toBe('green');
    expect(idleSlot({ ...service, live: 'green' })).toBe('blue');
    expect(liveRelease(service)).toBe(live);
    expect(liveRelease({ ...service, live: 'green' })).toBe(other);
  });
});

describe('what the idle slot holds', () => {
  it.each<[string, ServiceRelease, 'the candidate' | 'the way back' | 'neither']>([
    ['nothing', { live: 'blue', canary: 0, blue: live }, 'neither'],
    [
      'nothing, though something was live before',
      { live: 'blue', canary: 0, blue: live, previous: other },
      'neither',
    ],
    ['what nobody has seen yet', service, 'the candidate'],
    ['what was live before', { ...service, previous: other }, 'the way back'],
    [
      'what was live before, called stable since',
      { ...service, previous: { ...other, tag: '1.5.0-rc.1' } },
      'the way back',
    ],
    [
      'something else than what was live before',
      { ...service, previous: release('1.3.0', 'c') },
      'the candidate',
    ],
    [
      'the image that was live before under another version',
      { ...service, previous: release('1.3.0', 'b') },
      'the candidate',
    ],
    [
      'the version that was live before with another image',
      { ...service, previous: release('1.5.0-rc.1', 'c') },
      'the candidate',
    ],
    ['the very release that is live', { ...service, green: live }, 'neither'],
    ['the live image under another version', { ...service, green: release('1.5.0-rc.1', 'a') }, 'neither'],
  ])('%s: is it a candidate?', (_, given, is) => {
    const idle = given[idleSlot(given)];
    expect(candidateOf(given)).toBe(is === 'the candidate' ? idle : undefined);
    expect(canRollBack(given)).toBe(is === 'the way back');
  });
});

describe('isSame', () => {
  it('needs two that are there, with one version and one image', () => {
    expect(isSame(live, { ...live, tag: '1.4.2-rc.1' })).toBe(true);
    expect(isSame(live, { ...live, version: '1.4.3' })).toBe(false);
    expect(isSame(live, { ...live, digest: other.digest })).toBe(false);
    expect(isSame(undefined, live)).toBe(false);
    expect(isSame(live, undefined)).toBe(false);
    expect(isSame(undefined, undefined)).toBe(false);
  });
});

describe('entryOf', () => {
  it('finds an entry by its name, and nothing that was not put there', () => {
    expect(entryOf({ shop: service }, 'shop')).toBe(service);
    expect(entryOf({ shop: service }, 'blog')).toBeUndefined();
    expect(entryOf({ shop: service }, 'constructor')).toBeUndefined();
    expect(entryOf({ constructor: service }, 'constructor')).toBe(service);
  });
});
