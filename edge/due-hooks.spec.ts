import type { HooksConfig, Release, ServiceRelease, SlotName } from '../config/site-config';
import { otherSlot, type Pointer, type ServicePointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import {
  hooksAfterSwitch,
  hooksBeforePrerelease,
  hooksBeforeSwitch,
  type DueHook,
  type WantedHooks,
} from './due-hooks';

const v1: Release = { version: '1.0.0', digest: digestOf('a') };
const v2: Release = { version: '1.1.0', digest: digestOf('b') };
const v3: Release = { version: '1.2.0', digest: digestOf('c') };

const hook = { command: 'true', timeout: 1000 };
const every: HooksConfig = {
  beforePrerelease: hook,
  beforeSwitch: hook,
  afterSwitch: hook,
  afterRollback: hook,
};

function wanted(wants: Omit<ServiceRelease, 'canary'>, hooks: HooksConfig | undefined = every): WantedHooks {
  const { services } = threeNodes();
  return {
    site: { services: services.map((service) => ({ ...service, hooks })) },
    release: { generation: 8, services: { shop: { canary: 0, ...wants } } },
  };
}

/** What runs: the digests of these releases, under generation 7. */
function pointer(
  live: SlotName,
  slots: { blue?: Release; green?: Release; previous?: Release },
  generation = 7,
): Pointer {
  const { blue, green, previous } = slots;
  const shop: ServicePointer = {
    live,
    canary: 0,
    digests: { ...(blue && { blue: blue.digest }), ...(green && { green: green.digest }) },
    ...(previous && { previous: previous.digest }),
  };
  return { generation, services: { shop } };
}

const said = (hooks: readonly DueHook[]) =>
  hooks.map(
    ({ service, hook, slot, release, previousVersion }) =>
      `${service.name} ${hook}: ${previousVersion} -> ${release.version} in ${slot}`,
  );

describe('hooksBeforePrerelease', () => {
  /** What the slots' Swarm services have; the default is what the label says. */
  function before(
    wants: Omit<ServiceRelease, 'canary'>,
    label: Pointer | undefined,
    images: Partial<Record<SlotName, Release>> = {},
    frozen: SlotName[] = [label?.services['shop']?.live ?? wants.live],
  ) {
    const digests = label?.services['shop']?.digests;
    return said(
      hooksBeforePrerelease(
        wanted(wants),
        label,
        { shop: frozen },
        (_, slot) => images[slot]?.digest ?? digests?.[slot],
      ),
    );
  }

  const blueLive = pointer('blue', { blue: v1, green: v2 });
  const candidate = ['shop beforePrerelease: 1.0.0 -> 1.2.0 in green'];

  it.each<[string, string[], string[]]>([
    ['another image for the idle slot', before({ live: 'blue', blue: v1, green: v3 }, blueLive), candidate],
    [
      'the first image of an idle slot',
      before({ live: 'blue', blue: v1, green: v3 }, pointer('blue', { blue: v1 })),
      candidate,
    ],
    [
      'an image that is to be live in the same `up`',
      before({ live: 'green', blue: v1, green: v3 }, blueLive),
      candidate,
    ],
    [
      'an image that a failed run wanted before, and did not bring into the slot',
      before({ live: 'blue', blue: v1, green: v3 }, blueLive, { green: v2 }),
      candidate,
    ],
  ])('is run for %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['the first deploy', before({ live: 'blue', blue: v1 }, undefined)],
    [
      'the first deploy of a service on a site that has others',
      before({ live: 'blue', blue: v1, green: v2 }, { generation: 7, services: {} }),
    ],
    ['an idle slot that stays as it is', before({ live: 'blue', blue: v1, green: v2 }, blueLive)],
    ['an idle slot that is empty', before({ live: 'blue', blue: v1 }, pointer('blue', { blue: v1 }))],
    [
      'an image that a failed run has brought into the slot',
      before({ live: 'blue', blue: v1, green: v3 }, blueLive, { green: v3 }),
    ],
    [
      'another name of the same image',
      before({ live: 'blue', blue: v1, green: { ...v2, version: '1.1.0-rc.1' } }, blueLive),
    ],
    [
      'what is gone back to when a candidate is taken away',
      before({ live: 'blue', blue: v1, green: v3 }, pointer('blue', { blue: v1, green: v2, previous: v3 })),
    ],
    ['the very image that is live', before({ live: 'blue', blue: v1, green: v1 }, blueLive)],
    ['a switch alone', before({ live: 'green', blue: v1, green: v2 }, blueLive)],
    [
      'a slot that still has clients, so that it is not touched',
      before({ live: 'blue', blue: v1, green: v3 }, blueLive, {}, ['blue', 'green']),
    ],
  ])('is not run for %s', (_, found) => {
    expect(found).toEqual([]);
  });
});

describe('hooksBeforeSwitch and hooksAfterSwitch', () => {
  const both = (wants: Omit<ServiceRelease, 'canary'>, runs: Pointer | undefined) => [
    ...said(hooksBeforeSwitch(wanted(wants), runs)),
    ...said(hooksAfterSwitch(wanted(wants), runs ? [runs] : [])),
  ];
  const there = ['shop beforeSwitch: 1.0.0 -> 1.1.0 in green', 'shop afterSwitch: 1.0.0 -> 1.1.0 in green'];

  it.each<[string, string[], string[]]>([
    [
      'both for a switch',
      both({ live: 'green', blue: v1, green: v2 }, pointer('blue', { blue: v1, green: v2 })),
      there,
    ],
    [
      'both for a switch to what is put into the slot by the same `up`',
      both({ live: 'green', blue: v1, green: v2 }, pointer('blue', { blue: v1 })),
      there,
    ],
    [
      'both for a switch while the label remembers another version',
      both({ live: 'green', blue: v1, green: v2 }, pointer('blue', { blue: v1, green: v2, previous: v3 })),
      there,
    ],
    [
      'both for a switch that says itself what it is from',
      both({ live: 'green', blue: v1, green: v2, previous: v1 }, pointer('blue', { blue: v1, green: v2 })),
      there,
    ],
    [
      'afterRollback alone for a way back to what was live before',
      both({ live: 'blue', blue: v1, green: v2 }, pointer('green', { blue: v1, green: v2, previous: v1 })),
      ['shop afterRollback: 1.1.0 -> 1.0.0 in blue'],
    ],
    ['none for the first deploy', both({ live: 'blue', blue: v1 }, undefined), []],
    [
      'none for the first deploy of one service of several',
      both({ live: 'blue', blue: v1, green: v2 }, { generation: 7, services: {} }),
      [],
    ],
    [
      'none without a switch',
      both({ live: 'blue', blue: v1, green: v3 }, pointer('blue', { blue: v1, green: v2, previous: v3 })),
      [],
    ],
  ])('are %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('are those of each service that is switched, in the order of the config', () => {
    const { services, release } = fiveNodes();
    const config = services.map((service) => ({ ...service, hooks: every }));
    const turned = Object.entries(release.services).map(([name, service]) => [
      name,
      { ...service, live: otherSlot(service.live) },
    ]);
    const wants: WantedHooks = {
      site: { services: config },
      release: { generation: 13, services: Object.fromEntries(turned) as typeof release.services },
    };
    const runs: Pointer = {
      generation: 12,
      services: {
        shop: { live: 'green', canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } },
        blog: {
          live: 'blue',
          canary: 0,
          digests: { blue: digestOf('c'), green: digestOf('d') },
          previous: digestOf('d'),
        },
      },
    };
    expect(said(hooksBeforeSwitch(wants, runs))).toEqual(['shop beforeSwitch: 1.5.0 -> 1.6.0-rc.1 in blue']);
    expect(said(hooksAfterSwitch(wants, [runs, runs]))).toEqual([
      'shop afterSwitch: 1.5.0 -> 1.6.0-rc.1 in blue',
      'blog afterRollback: 2.0.0 -> 1.9.9 in green',
    ]);
  });
});

describe('hooksAfterSwitch', () => {
  const wants = wanted({ live: 'blue', blue: v1, green: v2 });

  it('is none when no edge had to be flipped, or only for a canary share', () => {
    expect(hooksAfterSwitch(wants, [])).toEqual([]);
    const share = pointer('blue', { blue: v1, green: v2 });
    share.services['shop']!.canary = 5;
    expect(hooksAfterSwitch(wants, [share])).toEqual([]);
  });

  it('goes by the newest edge: one that was away for long knows another past', () => {
    const newest = pointer('green', { blue: v1, green: v2, previous: v1 }, 7);
    const old = pointer('green', { blue: v3, green: v2 }, 3);
    const expected = ['shop afterRollback: 1.1.0 -> 1.0.0 in blue'];
    expect(said(hooksAfterSwitch(wants, [newest, old]))).toEqual(expected);
    expect(said(hooksAfterSwitch(wants, [old, newest]))).toEqual(expected);
  });

  it('is run when a single edge had to be flipped, and the others were born right', () => {
    const right = pointer('blue', { blue: v1, green: v2 }, 8);
    const old = pointer('green', { blue: v1, green: v2 }, 7);
    expect(said(hooksAfterSwitch(wants, [right, old, right]))).toEqual([
      'shop afterSwitch: 1.1.0 -> 1.0.0 in blue',
    ]);
  });
});

describe('a service without the hook', () => {
  const runs = pointer('blue', { blue: v1, green: v2 });
  const wants = { live: 'green' as const, blue: v1, green: v3 };
  const found = (hooks: HooksConfig | undefined) => [
    ...hooksBeforePrerelease(wanted(wants, hooks), runs, { shop: ['blue'] }, () => v2.digest),
    ...hooksBeforeSwitch(wanted(wants, hooks), runs),
    ...hooksAfterSwitch(wanted(wants, hooks), [runs]),
  ];
  const names = ['beforePrerelease', 'beforeSwitch', 'afterSwitch'] as const;

  it('runs none where it has none', () => {
    expect(found({})).toEqual([]);
    expect(found({ afterRollback: hook })).toEqual([]);
  });

  it.each(names)('runs %s alone where it has nothing else', (name) => {
    expect(found({ [name]: hook }).map((each) => each.hook)).toEqual([name]);
  });
});
