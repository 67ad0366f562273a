import type { ReleaseConfig, ServiceRelease, SiteConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { imageOf, siteWith, switched } from './reading.fixture';
import { serviceStatuses, type ServiceStatus } from './service-status';
import type { SiteReading } from './site-reading';
import { readingAfter, type WholeReading } from './status.fixture';

/** The service shop under the config `wants`, on a site on which `runs` was brought about. */
function shop(
  wants: ReleaseConfig,
  runs = wants,
  change: (reading: WholeReading) => void = () => undefined,
): ServiceStatus {
  return serviceStatuses(siteWith(wants), readingAfter(runs, change))[0]!;
}

function release(
  generation: number,
  { live = 'blue', canary = 0, ...rest }: Partial<ServiceRelease>,
): ReleaseConfig {
  return { generation, services: { shop: { live, canary, ...rest } } };
}

const blue = { version: '1.4.2', digest: digestOf('a') };
const green = { version: '1.5.0-rc.1', digest: digestOf('b') };
const first = release(1, { blue });
const candidate = release(2, { blue, green });
const switching = release(3, { live: 'green', blue, green, previous: blue });

describe('the slots of a service', () => {
  it('are told by what runs, not by what the config says: a switch that waits for its up is not live', () => {
    const status = shop(switching, candidate);
    expect(status.live).toBe('blue');
    expect([status.slots.blue.live, status.slots.green.live]).toEqual([true, false]);
  });

  it('are empty where there was no release yet', () => {
    expect(shop(first).slots.green).toEqual({ slot: 'green', live: false, wanted: [], unhealthy: {} });
  });

  it('show the candidate that the gate has not let through: it runs, though no label knows it', () => {
    const status = shop(candidate, first, ({ swarm }) => {
      const image = imageOf(green.version, green.digest);
      swarm.slots.push({ service: 'shop', slot: 'green', image, tasks: [] });
    });
    expect(status.slots.green).toMatchObject({ version: '1.5.0-rc.1', digest: green.digest, live: false });
    expect(status.candidate).toEqual({ slot: 'green', ...green, deployed: true });
  });

  it.each<[string, ReleaseConfig, string | undefined]>([
    ['that of the slot in the config', candidate, '1.5.0-rc.1'],
    [
      'the one by which a release was called stable in place',
      release(3, { blue, green: { ...green, version: '1.5.0', tag: '1.5.0-rc.1' } }),
      '1.5.0',
    ],
    [
      'that of the slot itself, where the other one has the same image',
      release(3, { blue: { ...green, version: '1.5.0' }, green }),
      '1.5.0-rc.1',
    ],
    [
      'one that the config has elsewhere: the candidate was replaced, and no up has followed',
      release(3, {
        blue,
        green: { version: '1.6.0-rc.1', digest: digestOf('c') },
        replaced: { ...green, version: '1.4.9' },
      }),
      '1.4.9',
    ],
    [
      'the tag of the image, where the config has forgotten the digest',
      release(3, { blue, green: blue }),
      '1.5.0-rc.2',
    ],
  ])('have as their version %s', (_, wants, expected) => {
    const status = shop(wants, candidate, ({ swarm }) => {
      swarm.slots.find(({ slot }) => slot === 'green')!.image = imageOf('1.5.0-rc.2', green.digest);
    });
    expect(status.slots.green).toMatchObject({ digest: green.digest, version: expected });
  });

  it('have no version where nobody knows the digest', () => {
    const status = shop(first, candidate, (reading) =>
      Object.assign(reading, { swarm: { kind: 'none', why: '' } }),
    );
    expect(status.slots.green.digest).toBe(green.digest);
    expect(status.slots.green.version).toBeUndefined();
  });
});

describe('a service that rolls', () => {
  const site = siteWith(switching);
  const rolling: SiteConfig = {
    ...site,
    services: site.services.map((service) => ({ ...service, strategy: 'rolling' as const })),
  };
  const status = (slots: Record<string, string>) =>
    serviceStatuses(
      rolling,
      readingAfter(switching, ({ swarm, edges }) => {
        for (const node of swarm.nodes) node.labels['evenkeel.slot.shop'] = slots[node.name!] ?? 'green';
        for (const { stats } of edges)
          for (const row of stats)
            if (row.server !== 'BACKEND' && row.backend !== `shop-${slots[row.server] ?? 'green'}`)
              Object.assign(row, { status: 'DOWN', check: 'L4CON' });
      }),
    )[0]!;

  it('has one slot on each node: the others are not missed', () => {
    const { blue, green } = status({ pi2: 'blue' }).slots;
    expect([green.wanted, green.unhealthy]).toEqual([['pi1', 'pi3'], {}]);
    expect([blue.wanted, blue.healthy]).toEqual([['pi2'], ['pi2']]);
  });

  it('can be rolled back, though what was live before runs nowhere', () => {
    expect(status({}).slots.blue.wanted).toEqual([]);
    expect(status({}).rollback).toEqual({ slot: 'blue', ...blue, callsOff: false });
  });
});

describe('the candidate', () => {
  it('is there as soon as the config has it, deployed or not', () => {
    expect(shop(candidate, first).candidate).toEqual({ slot: 'green', ...green, deployed: false });
    expect(shop(candidate).candidate).toEqual({ slot: 'green', ...green, deployed: true });
  });

  it('is not what was live before', () => {
    expect(shop(switching).candidate).toBeUndefined();
  });
});

describe('the rollback', () => {
  it('goes to what was live before the switch', () => {
    expect(shop(switching).rollback).toEqual({ slot: 'blue', ...blue, callsOff: false });
  });

  it('calls off a switch that is written down and that no edge knows', () => {
    expect(shop(switching, candidate).rollback).toEqual({ slot: 'blue', ...blue, callsOff: true });
  });

  const none = (status: ServiceStatus) => ('none' in status.rollback ? status.rollback.none : undefined);

  it('is none without a switch before', () => {
    expect(none(shop(candidate))).toMatch(/^shop has nothing to go back to: 1\.4\.2 has not replaced/);
  });

  it('is none when the config is older than what runs', () => {
    expect(none(shop(candidate, switching))).toMatch(
      /^The stack file has generation 2, and the site runs generation 3/,
    );
  });

  it('is none when the config has lost what is live', () => {
    expect(none(shop(release(4, { live: 'green', green }), candidate))).toMatch(
      /^blue is live and runs sha256:a{64}, but the stack file has nothing in it/,
    );
  });

  it('is none when an up has begun to change the slot', () => {
    const status = shop(switching, switching, ({ swarm }) => {
      swarm.slots[0]!.image = imageOf('1.6.0-rc.1', digestOf('c'));
    });
    expect(none(status)).toBe(
      `blue runs ${digestOf('c')}, not ${digestOf('a')}, which was live before: a release has begun to change it`,
    );
  });

  const blueIsDownOn = (edges: string[]) => (reading: SiteReading) => {
    for (const { node, stats } of reading.edges)
      for (const row of stats) if (edges.includes(node) && row.backend === 'shop-blue') row.status = 'DOWN';
  };

  it('is none when no edge finds a healthy server, and there while a single one does', () => {
    expect(none(shop(switching, switching, blueIsDownOn(['pi1', 'pi2', 'pi3'])))).toBe(
      'no edge finds a healthy server of blue, which holds what was live before',
    );
    expect(none(shop(switching, switching, blueIsDownOn(['pi1', 'pi2'])))).toBeUndefined();
  });
});

it('hold and maintenance: the hold is the config’s, maintenance is what the edges do', () => {
  const hold = { why: 'stocktaking', by: 'anna@laptop', at: '2026-07-31T18:00:00.000Z' };
  const wants = { ...switched.services['shop']!, hold, maintenance: true };
  const undeployed = shop({ generation: 8, services: { shop: wants } }, switched);
  expect(undeployed).toMatchObject({ hold, maintenance: false });
  expect(shop({ generation: 8, services: { shop: wants } })).toMatchObject({ hold, maintenance: true });
});
