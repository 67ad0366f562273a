import { stripVTControlCharacters } from 'node:util';
import type { ReleaseConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { formatStatus } from './format-status';
import { swarmNode, switched } from './reading.fixture';
import type { SiteStatus } from './site-status';
import { statusOf, type WholeReading } from './status.fixture';

const plain = { colours: false, timeZone: 'Europe/Berlin' };

const canary: ReleaseConfig = {
  generation: 8,
  services: {
    shop: {
      live: 'blue',
      canary: 10,
      blue: { version: '1.4.2', digest: digestOf('a') },
      green: { version: '1.5.0-rc.1', digest: digestOf('b') },
      hold: { why: 'stocktaking', by: 'anna@laptop', at: '2026-07-31T18:00:00.000Z' },
    },
  },
};

/** The status of a site on which `runs` was brought about, with another config. */
function status(
  runs: ReleaseConfig,
  wants: ReleaseConfig = runs,
  change: (reading: WholeReading) => void = () => undefined,
): SiteStatus {
  return statusOf(change, wants, runs);
}

describe('formatStatus', () => {
  it('says of a site that is well what it has', () => {
    expect(formatStatus(status(switched), plain)).toBe(`home: all is well
generation: config 7, label 7, edges 7
read through pi1, 2026-08-01 14:03:22

shop  http://shop.example.com
  SLOT   VERSION     DIGEST        HEALTHY
  blue   1.4.2       aaaaaaaaaaaa  3/3      was live before
  green  1.5.0-rc.1  bbbbbbbbbbbb  3/3      live
  rollback: to 1.4.2 (blue)

NODE  PLACE  ROLES                SWARM  SSH  EDGE          HAPROXY.CFG
pi1   home   manager,worker,edge  ready  ok   generation 7  97b489017d79d112
pi2   home   manager,worker,edge  ready  ok   generation 7  97b489017d79d112
pi3   home   manager,worker,edge  ready  ok   generation 7  97b489017d79d112
`);
  });

  it('says what differs and what is wrong, with versions for digests', () => {
    const wants: ReleaseConfig = {
      generation: 9,
      services: {
        shop: { ...canary.services['shop']!, green: { version: '1.5.0-rc.2', digest: digestOf('c') } },
      },
    };
    const text = formatStatus(
      status(canary, wants, (reading) => {
        reading.swarm.nodes[2] = swarmNode('pi3', { state: 'down' });
        reading.unreachable['pi3'] =
          "pi3 (root@192.168.1.13:22) can't be reached over SSH: no answer within 5000 ms";
        reading.edges[2] = { node: 'pi3', stats: [], problem: 'x' };
        reading.edges[1]!.worker!.pointer.generation = 7;
        for (const { stats } of reading.edges)
          for (const row of stats)
            if (row.server === 'pi3') Object.assign(row, { status: 'DOWN', check: 'L4TOUT' });
      }),
      plain,
    );
    expect(text).toBe(`home: 2 disagreements, 1 problem
generation: config 9, label 8, edges 8 (pi1), 7 (pi2)
read through pi1, 2026-08-01 14:03:22

shop  http://shop.example.com
  SLOT   VERSION     DIGEST        HEALTHY
  blue   1.4.2       aaaaaaaaaaaa  2/3      live, 90 % of the clients
  green  1.5.0-rc.1  bbbbbbbbbbbb  2/3      idle, 10 % of the clients
  hold: stocktaking (anna@laptop, 2026-07-31 20:00:00)
  rollback: none: shop has nothing to go back to: 1.4.2 has not replaced another version by a switch (or was itself gone back to). green holds 1.5.0-rc.2.

NODE  PLACE  ROLES                SWARM  SSH  EDGE          HAPROXY.CFG
pi1   home   manager,worker,edge  ready  ok   generation 8  97b489017d79d112
pi2   home   manager,worker,edge  ready  ok   generation 7  97b489017d79d112
pi3   home   manager,worker,edge  down   no   silent

What differs:
  the config has generation 9, and the site runs generation 8: pulumi up would bring shop.green: 1.5.0-rc.1 (bbbbbbbbbbbb) -> 1.5.0-rc.2 (cccccccccccc)
  the edge pi2 has generation 7, and the label has 8: nothing but the generation. Run: pulumi up

What is wrong:
  pi3: Swarm calls it down; can't be reached over SSH: no answer within 5000 ms
`);
  });

  it('shows the candidate', () => {
    expect(formatStatus(status({ ...canary, generation: 8 }), plain)).toContain(
      '  green  1.5.0-rc.1  bbbbbbbbbbbb  3/3      candidate, 10 % of the clients\n',
    );
  });

  it('says that it knows the edges only, and keeps the lines of a reason', () => {
    const why = 'No manager of this site has a quorum, so the Swarm takes no change:\n  pi1: is no manager';
    const text = formatStatus(
      status(switched, switched, (reading) => Object.assign(reading, { swarm: { kind: 'unreadable', why } })),
      plain,
    );
    expect(text).toContain('generation: config 7, label not known, edges 7\nread from the edges alone, ');
    expect(text).toContain('pi1   home   manager,worker,edge  ?      ok   generation 7  97b489017d79d112\n');
    expect(text).toContain(
      'What is wrong:\n  No manager of this site has a quorum, so the Swarm takes no change:\n      pi1: is no manager\n',
    );
  });

  it('says of a site before its first deploy that there is nothing', () => {
    const text = formatStatus(
      status(switched, switched, (reading) => {
        Object.assign(reading, { swarm: { kind: 'none', why: 'no manager is in a Swarm yet' } });
        reading.edges = ['pi1', 'pi2', 'pi3'].map((node) => ({ node, stats: [], problem: 'x' }));
      }),
      plain,
    );
    expect(text).toContain('generation: config 7, label not known, edges none\n');
    expect(text).toContain('  blue   -        -       -        empty\n');
    expect(text).toContain('  deployed: not yet\n');
  });

  it('says of a switch that no edge knows what a rollback would do', () => {
    const wants: ReleaseConfig = { generation: 9, services: { shop: { ...switched.services['shop']! } } };
    expect(formatStatus(status({ ...canary, generation: 7 }, wants), plain)).toContain(
      '  rollback: calls off the switch that no edge knows yet; the public stays on 1.4.2 (blue)\n',
    );
  });

  it('says ? where no edge could be asked', () => {
    const text = formatStatus(
      status(switched, switched, (reading) => {
        reading.edges = ['pi1', 'pi2', 'pi3'].map((node) => ({ node, stats: [], problem: 'x' }));
      }),
      plain,
    );
    expect(text).toContain('  green  1.5.0-rc.1  bbbbbbbbbbbb  ?/3      live\n');
  });

  it('has colours when told so, and the same text', () => {
    const coloured = formatStatus(status(switched), { ...plain, colours: true });
    expect(coloured).toContain('\u001b[32mall is well\u001b[39m');
    expect(stripVTControlCharacters(coloured)).toBe(formatStatus(status(switched), plain));
  });
});
