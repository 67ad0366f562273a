import { waitUntil } from './wait-until';

describe('waitUntil', () => {
  /** @returns what it says that is left, and what it told, of looks that find this one after the other. */
  async function waited(finds: (string | undefined | Error)[], limit = 10_000) {
    const said: string[] = [];
    const look = async () => {
      const found = finds.length > 1 ? finds.shift() : finds[0];
      if (found instanceof Error) throw found;
      return Promise.resolve(found);
    };
    const left = await waitUntil(look, limit, (line) => said.push(line), 1);
    return { left, said };
  }

  it('is over when nothing is left; says what it waits for, and nothing twice in a row', async () => {
    expect(await waited(['a', 'a', 'b', 'a', undefined])).toEqual({
      left: undefined,
      said: ['waiting: a', 'waiting: b', 'waiting: a'],
    });
  });

  it('takes a look that fails for one that has found why', async () => {
    expect(await waited([new Error('no leader'), undefined])).toEqual({
      left: undefined,
      said: ['waiting: no leader'],
    });
  });

  it('says what was left when the time is over', async () => {
    expect((await waited(['a', 'b'], 20)).left).toBe('b');
  });
});
