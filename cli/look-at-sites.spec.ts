import { lookAtSites, type LookOptions } from './look-at-sites';

jest.mock('./chosen-sites', () => ({
  ...jest.requireActual<object>('./chosen-sites'),
  chosenSites: ({ stack }: LookOptions) =>
    Promise.resolve(stack ? undefined : ['fra', 'home', 'nbg'].map((site) => ({ site, stack: site }))),
}));

describe('lookAtSites', () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  const look = ({ stack }: LookOptions) =>
    stack === 'home'
      ? Promise.reject(new Error('The config of the stack home has 1 mistake'))
      : Promise.resolve({ found: { site: stack, ok: true }, text: `${stack}: all is well\n` });

  it('shows all sites in their order; one that can not be looked at hides none', async () => {
    await lookAtSites({}, look);
    expect(said).toEqual([
      'fra: all is well\n\nhome: The config of the stack home has 1 mistake\n\nnbg: all is well',
    ]);
    expect(process.exitCode).toBe(1);
  });

  it('gives an object by site as JSON', async () => {
    await lookAtSites({ json: true }, look);
    expect(JSON.parse(said[0]!)).toEqual({
      fra: { site: 'fra', ok: true },
      home: { site: 'home', ok: false, error: 'The config of the stack home has 1 mistake' },
      nbg: { site: 'nbg', ok: true },
    });
  });

  it('is about the one stack that is named, as ever', async () => {
    await lookAtSites({ stack: 'nbg', json: true }, look);
    expect(JSON.parse(said[0]!)).toEqual({ site: 'nbg', ok: true });
    await expect(lookAtSites({ stack: 'home' }, look)).rejects.toThrow('has 1 mistake');
    expect(process.exitCode).toBeUndefined();
  });
});
