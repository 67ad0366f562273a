import type { ServiceRelease } from '../config/site-config';
import { candidate, live, onHold, onlyLive, stable, switched, withNext } from '../test/release-examples';
import { release } from '../test/releases';
import { isCalledStable } from './called-stable';

const called: ServiceRelease = { ...switched, green: stable };
const calledWithNext: ServiceRelease = { ...called, blue: release('1.6.0-rc.1', 'd') };

describe('isCalledStable', () => {
  it.each<[string, ServiceRelease, string | undefined, boolean]>([
    ['what release has written', called, undefined, true],
    ['what release has written, by its name', called, stable.version, true],
    ['another version than the one that is live', called, '1.5.1', false],
    ['a live candidate', switched, undefined, false],
    ['a live candidate by its stable version', withNext, '1.5.0', false],
    [
      'a candidate whose tag was written by hand',
      { ...onlyLive, blue: { ...candidate, tag: 'x' } },
      undefined,
      false,
    ],
    ['a stable version that a person wrote, under its own tag', onlyLive, live.version, false],
    ['nothing without a name, while another candidate waits', calledWithNext, undefined, false],
    ['what was called stable, by its name, while another candidate waits', calledWithNext, '1.5.0', true],
    ['nothing on hold', onHold(called), '1.5.0', false],
  ])('%s', (_, service, version, expected) => {
    expect(isCalledStable(service, version)).toBe(expected);
  });
});
