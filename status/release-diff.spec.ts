import type { ReleaseConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { readingOf, siteWith, switched } from './reading.fixture';
import { formatReleaseDiff, releaseDiff } from './release-diff';

const next: ReleaseConfig = {
  generation: 8,
  services: {
    shop: {
      ...switched.services['shop']!,
      blue: { version: '1.6.0-rc.1', digest: digestOf('c') },
      canary: 5,
    },
  },
};
const plain = { colours: false };

/** The difference as data and as text, on a site on which `switched` runs. */
function both(wants: ReleaseConfig, change: Partial<ReturnType<typeof readingOf>> = {}) {
  const config = siteWith(wants);
  const diff = releaseDiff(config, { ...readingOf(siteWith(switched)), ...change });
  return { diff, text: formatReleaseDiff(diff, config, plain) };
}

it('shows what the config wants otherwise, for people with versions', () => {
  const { diff, text } = both(next);
  expect(diff).toEqual({
    site: 'home',
    wanted: 8,
    running: 7,
    lines: [`shop.blue: ${digestOf('a')} -> ${digestOf('c')}`, 'shop.canary: 0 -> 5'],
  });
  expect(text).toBe(`home: the config wants generation 8, and generation 7 runs
  shop.blue: 1.4.2 (aaaaaaaaaaaa) -> 1.6.0-rc.1 (cccccccccccc)
  shop.canary: 0 -> 5
`);
});

it('says that nothing differs', () => {
  expect(both(switched).text).toBe(
    'home: the config wants generation 7, and generation 7 runs\n  nothing differs\n',
  );
});

it('tells a generation that changes nothing from the same one', () => {
  expect(both({ ...switched, generation: 8 }).text).toContain('  nothing differs but the generation\n');
});

it('goes by the edges’ maps where there is no quorum, and says so', () => {
  const { diff, text } = both(next, { swarm: { kind: 'unreadable', why: 'no quorum' } });
  expect(diff).toMatchObject({ running: 7, unknown: 'no quorum' });
  expect(diff.lines).toHaveLength(2);
  expect(text).toMatch(/\nBy the edges' maps alone: no quorum\n$/);
});

it('shows everything where nothing runs', () => {
  const { diff, text } = both(switched, { swarm: { kind: 'none', why: 'no Swarm yet' }, edges: [] });
  expect(diff).toEqual({
    site: 'home',
    wanted: 7,
    lines: [
      `shop.blue: none -> ${digestOf('a')}`,
      'shop.canary: none -> 0',
      `shop.green: none -> ${digestOf('b')}`,
      'shop.live: none -> green',
      `shop.previous: none -> ${digestOf('a')}`,
    ],
    unknown: 'no Swarm yet',
  });
  expect(text).toMatch(/^home: the config wants generation 7, and nothing is known to run\n/);
});
