import { Simulation, poolOf } from './simulation.fixture';

const shop = (...ends: number[]) => ends.map((end) => `shop.example.com 203.0.113.${end}`).sort();

/** Two sites, three machines and one, everything well and recorded. */
async function wellRunning(seed?: number): Promise<Simulation> {
  const simulation = new Simulation(poolOf({ home: 3, fra: 1 }), seed);
  simulation.startAll();
  await simulation.seconds(60);
  expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
  simulation.told.length = 0;
  simulation.zone.changes.length = 0;
  return simulation;
}

/**
 * One for each seed, which says when each site's rounds begin and how long answers take; each is let run a little longer, so
 * that what follows falls on another moment of the rounds.
 */
async function* atManyMoments(): AsyncGenerator<Simulation> {
  const moments = 200;
  for (let seed = 1; seed <= moments; seed++) {
    const simulation = await wellRunning(seed);
    await simulation.seconds((seed / moments) * 5);
    yield simulation;
  }
}

const kinds = ({ told }: Simulation) => told.map(({ event }) => event.kind);

describe('Watchdog', () => {
  it('removes the records of a site that dies within 20 s, and brings them back when it has returned', async () => {
    const simulation = await wellRunning();
    simulation.killSite('home');
    await simulation.seconds(20);
    expect(simulation.zone.addresses()).toEqual(shop(11));
    expect(simulation.told).toMatchObject([
      { by: 'fra', event: { kind: 'changed', added: [], remaining: ['fra/n1'] } },
    ]);
    simulation.reviveSite('home');
    await simulation.seconds(60);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
    expect(kinds(simulation)).toEqual(['changed', 'changed']);
    expect(simulation.zone.broken).toEqual([]);
  });

  it('tells at its end of an edge that came up, also while it waits for the others of its site', async () => {
    const simulation = await wellRunning();
    simulation.killSite('home');
    await simulation.seconds(30);
    simulation.told.length = 0;
    simulation.dead.delete('home/n1');
    await simulation.seconds(40);
    expect(simulation.zone.addresses()).toEqual(shop(1, 11));
    expect(kinds(simulation)).toEqual([]);
    simulation.end('fra');
    expect(simulation.told).toMatchObject([{ event: { added: [{ edge: 'home/n1' }] } }]);
  });

  it('removes the records of a site that dies within 20 s, at whatever moment of a round that is', async () => {
    for await (const simulation of atManyMoments()) {
      simulation.killSite('home');
      await simulation.seconds(20);
      expect(simulation.zone.addresses()).toEqual(shop(11));
      expect(simulation.told.map(({ event }) => event.kind)).toEqual(['changed']);
    }
  });

  it.each(['home/n2', 'fra/n1'])(
    'removes one edge that dies, whichever site it is in, within 20 s: %s',
    async (edge) => {
      for await (const simulation of atManyMoments()) {
        simulation.dead.add(edge);
        await simulation.seconds(20);
        expect(simulation.zone.addresses()).toHaveLength(3);
        expect(simulation.zone.changes).toHaveLength(1);
      }
    },
  );

  it('keeps all records when everything fails, says so once, and says when it is over', async () => {
    const simulation = await wellRunning();
    for (const { id } of simulation.pool.edges) simulation.dead.add(id);
    await simulation.seconds(120);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
    expect(simulation.told).toMatchObject([{ by: 'fra', event: { kind: 'kept', all: true } }]);
    simulation.dead.clear();
    await simulation.seconds(60);
    expect(kinds(simulation)).toEqual(['kept', 'kept-over']);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('keeps the last record: of two sites that die one after the other the second one stays', async () => {
    const simulation = await wellRunning();
    simulation.killSite('home');
    await simulation.seconds(60);
    simulation.dead.add('fra/n1');
    await simulation.seconds(600);
    expect(simulation.zone.addresses()).toEqual(shop(11));
  });

  it('does nothing while it is cut off: neither a site without a way out, nor one whose API fails', async () => {
    const simulation = await wellRunning();
    for (const { id, site } of simulation.pool.edges) if (site === 'home') simulation.cut.add(`fra>${id}`);
    simulation.cut.add('fra>api');
    await simulation.seconds(600);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('leaves things as they are when two sites that both reach the API see it differently', async () => {
    const simulation = await wellRunning();
    for (const { id, site } of simulation.pool.edges)
      simulation.cut.add(`${site === 'home' ? 'fra' : 'home'}>${id}`);
    await simulation.seconds(1800);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('leaves them so also when the API shows one of the two an old list, and tells of that once', async () => {
    const simulation = await wellRunning();
    simulation.stale.add('home');
    await simulation.seconds(10);
    for (const { id, site } of simulation.pool.edges)
      simulation.cut.add(`${site === 'home' ? 'fra' : 'home'}>${id}`);
    await simulation.seconds(600);
    expect(simulation.zone.changes).toEqual([]);
    expect(simulation.told).toMatchObject([
      { by: 'home', event: { kind: 'api-down', why: expect.stringContaining('old list') as string } },
    ]);
    simulation.stale.clear();
    simulation.cut.clear();
    await simulation.seconds(60);
    expect(kinds(simulation)).toEqual(['api-down', 'api-up']);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('does not take a dead watchdog for one that answers because the API shows its last reports in turns', async () => {
    const simulation = await wellRunning();
    const report = simulation.zone.records.find(({ content }) => content === '"evenkeel watchdog home"')!;
    const [last, older] = [report.comment, report.comment.replace(/n=\d+/, 'n=1')];
    expect(older).not.toBe(last);
    simulation.killSite('home');
    for (let time = 0; time < 8; time++) {
      const { records } = simulation.zone;
      const shown = time % 2 === 0 ? older : last;
      simulation.zone.records = records.map((each) =>
        each.content === report.content ? { ...each, comment: shown } : each,
      );
      await simulation.seconds(5);
    }
    expect(simulation.zone.addresses()).toEqual(shop(11));
  });

  it('is heard also after a hand wrote a higher number into its report', async () => {
    const simulation = await wellRunning();
    const report = simulation.zone.records.find(({ content }) => content === '"evenkeel watchdog home"')!;
    report.comment = report.comment.replace(/n=\d+/, 'n=900000');
    await simulation.seconds(400);
    // Fra alone sees home's edges down, and home says that they are up.
    for (const { id, site } of simulation.pool.edges) if (site === 'home') simulation.cut.add(`fra>${id}`);
    await simulation.seconds(300);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('goes by the majority of three', async () => {
    const simulation = new Simulation(poolOf({ home: 1, fra: 1, ams: 1 }));
    simulation.startAll();
    await simulation.seconds(60);
    simulation.cut.add('fra>home/n1').add('ams>home/n1');
    simulation.cut.add('ams>fra/n1');
    await simulation.seconds(60);
    expect(simulation.zone.addresses()).toEqual(shop(11, 21));
  });

  it('takes an edge out at once that says good-bye', async () => {
    const simulation = await wellRunning();
    simulation.leaving.add('home/n1');
    await simulation.seconds(15);
    expect(simulation.zone.addresses()).toEqual(shop(11, 2, 3));
  });

  it('does not let a machine back in whose generation is below that of its site, or below the one required', async () => {
    const simulation = await wellRunning();
    simulation.dead.add('home/n1');
    await simulation.seconds(30);
    simulation.dead.delete('home/n1');
    for (const edge of ['home/n2', 'home/n3']) simulation.generations.set(edge, 2);
    await simulation.seconds(120);
    expect(simulation.zone.addresses()).toEqual(shop(11, 2, 3));
    simulation.generations.set('home/n1', 2);
    await simulation.seconds(60);
    expect(simulation.zone.addresses()).toEqual(shop(1, 11, 2, 3));
    simulation.zone.put({
      type: 'TXT',
      name: '_evenkeel.shop.example.com',
      content: '"evenkeel require fra"',
      comment: 'evenkeel require fra 7',
      ttl: 60,
      proxied: false,
    });
    await simulation.seconds(30);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3));
  });

  it('adds before it removes when an edge has another address', async () => {
    const simulation = await wellRunning();
    simulation.pool.edges[0]!.addresses[0] = '203.0.113.99';
    simulation.startAll();
    await simulation.seconds(120);
    expect(simulation.zone.addresses()).toEqual(shop(11, 2, 3, 99));
    expect(simulation.zone.changes).toMatchObject([
      { did: 'added', content: '203.0.113.99' },
      { did: 'removed', content: '203.0.113.1' },
    ]);
  });

  it('puts back what a hand deleted, and mends what a hand changed', async () => {
    const simulation = await wellRunning();
    const place = simulation.zone.records.findIndex(({ content }) => content === '203.0.113.2');
    simulation.zone.records.splice(place, 1);
    simulation.zone.records.find(({ content }) => content === '203.0.113.3')!.ttl = 3600;
    await simulation.seconds(30);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
    expect(simulation.zone.records.find(({ content }) => content === '203.0.113.3')!.ttl).toBe(60);
  });

  describe('when a hand changed the comment of a site’s own report', () => {
    const text = '"evenkeel watchdog fra"';
    const report = ({ zone }: Simulation) => zone.records.find(({ content }) => content === text);

    it('writes it anew while it is marked as ours', async () => {
      const simulation = await wellRunning();
      report(simulation)!.comment = 'evenkeel report, do not touch';
      await simulation.seconds(15);
      expect(report(simulation)!.comment).toMatch(/^evenkeel report i=/);
      expect(simulation.told).toEqual([]);
    });

    it('does not touch it when it is not, tells once, and goes on when it is deleted', async () => {
      const simulation = await wellRunning();
      report(simulation)!.comment = 'what is this?';
      const stripped = { ...report(simulation)! };
      await simulation.seconds(20);
      expect(simulation.told).toEqual([
        {
          by: 'fra',
          event: {
            kind: 'report-blocked',
            at: expect.any(Number) as number,
            record: `TXT _evenkeel.shop.example.com ${text}`,
          },
        },
      ]);
      const before = simulation.zone.calls.get('fra')!.length;
      await simulation.seconds(600);
      expect(report(simulation)).toEqual(stripped);
      expect(simulation.told).toHaveLength(1);
      // One look in 5 s, and each minute an attempt and a look at whose record it is.
      expect(simulation.zone.calls.get('fra')!.length - before).toBeLessThanOrEqual(120 + 2 * 11);
      simulation.zone.records = simulation.zone.records.filter(({ content }) => content !== text);
      await simulation.seconds(90);
      simulation.killSite('home');
      await simulation.seconds(30);
      expect(simulation.zone.addresses()).toEqual(shop(11));
      expect(simulation.zone.broken).toEqual([]);
    });

    it('goes on within a round when it gets any comment of ours', async () => {
      const simulation = await wellRunning();
      report(simulation)!.comment = '';
      await simulation.seconds(20);
      report(simulation)!.comment = 'evenkeel report';
      await simulation.seconds(10);
      expect(report(simulation)!.comment).toMatch(/^evenkeel report i=/);
    });
  });

  it.each(['', 'evenkeel'])('goes on when a hand made %j of a fence’s comment', async (comment) => {
    const simulation = await wellRunning();
    const fence = simulation.zone.records.find(({ content }) => content.startsWith('"evenkeel fence'))!;
    fence.comment = comment;
    const stripped = { ...fence };
    for (const edge of ['home/n1', 'home/n2', 'home/n3']) {
      simulation.dead.add(edge);
      await simulation.seconds(60);
    }
    expect(simulation.zone.addresses()).toEqual(shop(11));
    expect(simulation.zone.records).toContainEqual(stripped);
    expect(kinds(simulation)).toEqual(['changed', 'changed', 'changed']);
  });

  it('takes a fence whose comment says nothing for ours while it is marked so, and replaces it', async () => {
    const simulation = await wellRunning();
    const fence = simulation.zone.records.find(({ content }) => content.startsWith('"evenkeel fence'))!;
    fence.comment = 'evenkeel 1';
    simulation.dead.add('home/n1');
    await simulation.seconds(60);
    const fences = simulation.zone.records.filter(({ content }) => content.startsWith('"evenkeel fence'));
    expect(fences).toHaveLength(1);
    expect(simulation.zone.addresses()).toEqual(shop(11, 2, 3));
  });

  it('touches no record of others, also in the place of its own', async () => {
    const simulation = new Simulation(poolOf({ home: 2, fra: 1 }));
    const others = [
      { type: 'A', name: 'shop.example.com', content: '203.0.113.1', comment: '', ttl: 300, proxied: false },
      {
        type: 'A',
        name: 'shop.example.com',
        content: '198.51.100.1',
        comment: 'by hand',
        ttl: 300,
        proxied: false,
      },
      {
        type: 'TXT',
        name: '_evenkeel.shop.example.com',
        content: '"x"',
        comment: '',
        ttl: 300,
        proxied: false,
      },
      {
        type: 'A',
        name: 'mail.example.com',
        content: '203.0.113.2',
        comment: 'evenkeel pool home/n2',
        ttl: 60,
        proxied: false,
      },
    ].map((record) => simulation.zone.put(record));
    simulation.startAll();
    await simulation.seconds(90);
    simulation.killSite('home');
    await simulation.seconds(60);
    expect(simulation.zone.records).toEqual(expect.arrayContaining(others));
    expect(simulation.zone.addresses()).toEqual(['mail.example.com 203.0.113.2', ...shop(11)]);
    expect(simulation.zone.broken).toEqual([]);
    expect(kinds(simulation)).toContain('blocked');
  });

  it('keeps an edge out for longer each time that it comes and goes', async () => {
    const simulation = await wellRunning();
    for (let time = 0; time < 200; time++) {
      simulation.dead.add('home/n1');
      await simulation.seconds(30);
      simulation.dead.delete('home/n1');
      await simulation.seconds(45);
    }
    const out = simulation.zone.changes.filter(({ did }) => did === 'removed');
    // Four hours of it: without a back-off it would be 200.
    expect(out.length).toBeGreaterThan(3);
    expect(out.length).toBeLessThan(20);
    await simulation.seconds(1900);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
  });

  it('of two processes in one site only the later one works', async () => {
    const simulation = await wellRunning();
    const elsewhere = new Simulation(simulation.pool);
    // The same zone and time, a second process of the same site.
    Object.assign(elsewhere, { time: simulation.time, zone: simulation.zone });
    elsewhere.start('home');
    await simulation.seconds(60);
    const before = simulation.zone.calls.get('home')!.length;
    await simulation.seconds(300);
    // Both go on reading, 60 times each in 5 minutes, and one of them reports at most now and then.
    expect(simulation.zone.calls.get('home')!.length - before).toBeLessThan(130);
    expect(simulation.zone.changes).toEqual([]);
  });

  it('tells of an API that fails for five minutes, once, and when it answers again', async () => {
    const simulation = await wellRunning();
    simulation.cut.add('home>api');
    await simulation.seconds(1200);
    simulation.cut.clear();
    await simulation.seconds(120);
    expect(simulation.told.map(({ by, event }) => `${by} ${event.kind}`)).toEqual([
      'home api-down',
      'home api-up',
    ]);
  });
});
