import { kinds, poolOf, shop, Simulation, wellRunning } from './simulation.fixture';

describe('Watchdog, when hands are at its records', () => {
  it('puts back what a hand deleted, and mends what a hand changed', async () => {
    const simulation = await wellRunning();
    const place = simulation.zone.records.findIndex(({ content }) => content === '203.0.113.2');
    simulation.zone.records.splice(place, 1);
    simulation.zone.records.find(({ content }) => content === '203.0.113.3')!.ttl = 3600;
    await simulation.seconds(30);
    expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
    expect(simulation.zone.records.find(({ content }) => content === '203.0.113.3')!.ttl).toBe(60);
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
});
