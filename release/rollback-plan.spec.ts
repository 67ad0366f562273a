import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { deepFreeze } from '../test/deep-freeze';
import { digestOf } from '../test/pointers';
import { another, live, switched, withCandidate, withNext } from '../test/release-examples';
import { author, release } from '../test/releases';
import { pointerFromConfig, type Pointer } from './pointer';
import { Refusal } from './refusal';
import { planRollback, rollbackLead } from './rollback-plan';
import { historyLength } from './transitions';

const blog: ServiceRelease = {
  live: 'blue',
  canary: 0,
  blue: release('3.0.0', 'e'),
  green: release('3.1.0-rc.1', 'f'),
};

function config(generation: number, shop: ServiceRelease, other = blog): ReleaseConfig {
  return deepFreeze({ generation, services: { blog: other, shop } });
}

/** What runs when a config has come about. */
function runs(generation: number, shop: ServiceRelease, other = blog): Pointer {
  return deepFreeze(pointerFromConfig(config(generation, shop, other)));
}

const did = (from: string, to: string, note?: string) => [
  { ...author, did: 'rollback', from, to, ...(note && { note }) },
];

describe('planRollback', () => {
  const plan = (release: ReleaseConfig, running: Pointer, service = 'shop') =>
    planRollback(release, service, running, author);

  it('goes back to what was live before, under a generation above that of an up that may be under way', () => {
    const planned = plan(config(7, switched), runs(7, switched));
    expect(planned).toStrictEqual({
      from: '1.5.0-rc.1',
      to: '1.4.2',
      pointer: runs(17, withCandidate),
      release: config(17, { ...withCandidate, history: did('1.5.0-rc.1', '1.4.2') }),
    });
    expect(rollbackLead).toBe(10);
  });

  it('goes back from a switch that has reached some of the edges only', () => {
    // The newest pointer is that of the label, or of the edge that was flipped first.
    expect(plan(config(8, switched), runs(8, switched)).pointer).toStrictEqual(runs(18, withCandidate));
  });

  it('takes no other service along', () => {
    const next = { ...blog, live: 'green' as const, previous: blog.blue! };
    const planned = plan(config(8, switched, next), runs(7, switched));
    expect(planned.pointer).toStrictEqual(runs(18, withCandidate));
    // The switch of the blog is still to come.
    expect(planned.release).toMatchObject({ generation: 19, services: { blog: next } });
  });

  it('keeps what else waits for this service', () => {
    const planned = plan(config(8, { ...switched, maintenance: true }), runs(7, switched));
    expect(planned.pointer).toStrictEqual(runs(18, withCandidate));
    expect(planned.release.generation).toBe(19);
    expect(planned.release.services['shop']).toMatchObject({ ...withCandidate, maintenance: true });
  });

  it('does not end a maintenance', () => {
    const down = { ...switched, maintenance: true };
    expect(plan(config(7, down), runs(7, down)).pointer).toStrictEqual(
      runs(17, { ...withCandidate, maintenance: true }),
    );
  });

  it('calls off a switch that no edge and no label has yet, and the canary share with it', () => {
    const planned = plan(config(8, switched), runs(7, { ...withCandidate, canary: 5 }));
    const note = 'before the switch had reached the edges';
    expect(planned).toStrictEqual({
      from: '1.4.2',
      to: '1.4.2',
      pointer: runs(18, withCandidate),
      release: config(18, { ...withCandidate, history: did('1.5.0-rc.1', '1.4.2', note) }),
    });
  });

  it.each([
    ['a rollback', 7],
    ['a switch that is called off', 6],
  ])('keeps the history of %s short', (_, generation) => {
    const history = Array.from({ length: historyLength }, () => ({ ...author, did: 'hold' }));
    const running = generation === 7 ? switched : withCandidate;
    const planned = plan(config(7, { ...switched, history }), runs(generation, running));
    expect(planned.release.services['shop']!.history).toHaveLength(historyLength);
    expect(planned.release.services['shop']!.history!.at(-1)).toMatchObject({ did: 'rollback' });
  });

  it('does so on hold', () => {
    const held = { ...switched, hold: { why: 'the fair', ...author } };
    expect(plan(config(7, held), runs(7, held)).to).toBe('1.4.2');
  });

  const pull = 'Take the newest one first (git pull).';
  it.each<[string, ReleaseConfig, Pointer, string]>([
    [
      'a file that is older than what runs',
      config(6, withCandidate),
      runs(7, switched),
      `The stack file has generation 6, and the site runs generation 7: the file is older than what runs. ${pull}`,
    ],
    [
      'a file that went its own way to the same generation',
      config(7, switched, { ...blog, live: 'green', previous: blog.blue }),
      runs(7, switched),
      'The stack file has generation 7, and the site runs that generation with another content (blog.live: blue -> green, ' +
        `blog.previous: none -> ${digestOf('e')}): the file is not the one that runs. ${pull}`,
    ],
    [
      'a file with another version in the live slot',
      config(8, { ...switched, green: another }),
      runs(7, switched),
      `green is live and runs ${digestOf('b')}, but the stack file has 1.5.0-rc.2 (${digestOf('c')}) in it. Take the newest ` +
        'file first (git pull).',
    ],
    [
      'a file with nothing in the live slot',
      config(8, { live: 'blue', canary: 0, blue: live }),
      runs(7, switched),
      `green is live and runs ${digestOf('b')}, but the stack file has nothing in it. Take the newest file first (git pull); ` +
        'where that is what was put in after a switch that never came about: evenkeel abort shop.',
    ],
    [
      'a later candidate in what is still live, after a switch that never came about',
      config(8, withNext),
      runs(6, withCandidate),
      `blue is live and runs ${digestOf('a')}, but the stack file has 1.5.0-rc.2 (${digestOf('c')}) in it. Take the newest ` +
        'file first (git pull); where that is what was put in after a switch that never came about: evenkeel abort shop.',
    ],
    [
      'a file that does not know of the switch',
      config(8, withCandidate),
      runs(7, switched),
      'The stack file calls blue of shop live, the site green, and the file says of no switch between the two: it is not made ' +
        `from what runs. ${pull}`,
    ],
    [
      'a file that knows of another switch',
      config(8, { ...withCandidate, previous: another }),
      runs(7, switched),
      'The stack file calls blue of shop live, the site green, and the file says of no switch between the two: it is not made ' +
        `from what runs. ${pull}`,
    ],
    [
      'a service that the file does not have',
      deepFreeze({ generation: 8, services: { blog } }),
      runs(7, switched),
      'shop has no release yet. Those that have one: blog. The first one is made by: evenkeel prerelease shop VERSION.',
    ],
    [
      'a service that does not run',
      config(7, switched),
      { generation: 7, services: {} },
      'shop does not run yet: no edge knows it. Run: pulumi up',
    ],
    [
      'what was never switched',
      config(7, withCandidate),
      runs(7, withCandidate),
      'shop has nothing to go back to: 1.4.2 has not replaced another version by a switch (or was itself gone back to). green ' +
        'holds 1.5.0-rc.1.',
    ],
    [
      'a slot that holds a later candidate',
      config(7, withNext),
      runs(7, withNext),
      'blue, the idle slot of shop, no longer holds 1.4.2, which was live before 1.5.0-rc.1: it holds 1.5.0-rc.2. Take that ' +
        'away first: evenkeel abort shop.',
    ],
    [
      'a slot that still runs the later candidate, which the file has taken away',
      config(8, switched),
      runs(7, withNext),
      `What runs in the idle slot of shop (${digestOf('c')}) is not what was live before (${digestOf('a')}): there is nothing ` +
        'to go back to.',
    ],
    [
      'what the edges do not know as live before',
      config(8, switched),
      runs(7, { ...switched, previous: undefined }),
      `What runs in the idle slot of shop (${digestOf('a')}) is not what was live before (nothing): there is nothing to go ` +
        'back to.',
    ],
    [
      'another version than the edges would go back to',
      config(8, { ...switched, blue: another, previous: another }),
      runs(7, switched),
      `The stack file would go back to 1.5.0-rc.2 (${digestOf('c')}), the edges to ${digestOf('a')}: the file is not made ` +
        `from what runs. ${pull}`,
    ],
    [
      'a slot that does not run',
      config(8, switched),
      runs(7, { ...switched, blue: undefined }),
      `What runs in the idle slot of shop (nothing) is not what was live before (${digestOf('a')}): there is nothing to go ` +
        'back to.',
    ],
  ])('refuses %s', (_, file, running, words) => {
    expect(() => plan(file, running)).toThrow(new Refusal(words));
    expect(() => plan(file, running)).toThrow(Refusal);
  });

  it('does not take what every JavaScript object has for a service', () => {
    expect(() => plan(config(7, switched), runs(7, switched), 'constructor')).toThrow(
      new Refusal('constructor does not run yet: no edge knows it. Run: pulumi up'),
    );
  });
});
