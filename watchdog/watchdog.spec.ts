import { kinds, poolOf, shop, Simulation, wellRunning } from './simulation.fixture';

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
