import { Pacer } from './pacer';

describe('Pacer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Asks for a turn over and over, and counts the turns it got. */
  function loop(pacer: Pacer, turns: { count: number }, most = Infinity): void {
    void pacer.turn().then(() => {
      turns.count++;
      if (turns.count < most) loop(pacer, turns, most);
    });
  }

  it('gives turns at the rate, to all loops together', async () => {
    const pacer = new Pacer(100);
    const turns = { count: 0 };
    for (let loops = 0; loops < 5; loops++) loop(pacer, turns);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(turns.count).toBeGreaterThanOrEqual(999);
    expect(turns.count).toBeLessThanOrEqual(1001);
  });

  it('keeps a rate with less than a millisecond between turns', async () => {
    const pacer = new Pacer(4000);
    const turns = { count: 0 };
    for (let loops = 0; loops < 20; loops++) loop(pacer, turns);
    await jest.advanceTimersByTimeAsync(1000);
    expect(turns.count).toBeGreaterThanOrEqual(3990);
    expect(turns.count).toBeLessThanOrEqual(4001);
  });

  it('catches up a quarter of a second at most', async () => {
    const pacer = new Pacer(100);
    await jest.advanceTimersByTimeAsync(60_000);
    const turns = { count: 0 };
    for (let loops = 0; loops < 50; loops++) loop(pacer, turns, 0);
    await jest.advanceTimersByTimeAsync(1);
    expect(turns.count).toBe(26);
  });

  it('without a rate gives each turn in the next round of the event loop, so that sockets are read before', async () => {
    jest.useRealTimers();
    const order: string[] = [];
    setImmediate(() => order.push('round'));
    const turn = new Pacer().turn().then(() => order.push('turn'));
    void Promise.resolve().then(() => order.push('same round'));
    await turn;
    expect(order).toEqual(['same round', 'round', 'turn']);
  });

  it('stop ends all waiting, now and later', async () => {
    const pacer = new Pacer(0.001);
    await jest.advanceTimersByTimeAsync(1);
    const first = pacer.turn();
    const second = pacer.turn();
    pacer.stop();
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
    const third = pacer.turn();
    await jest.advanceTimersByTimeAsync(0);
    await expect(third).resolves.toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
