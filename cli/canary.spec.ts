import { Refusal } from '../release/refusal';
import { autoCanary } from './canary';
import { changeRelease } from './change-release';

jest.mock('./change-release', () => ({ changeRelease: jest.fn() }));

describe('canary --auto', () => {
  const output = { log: () => undefined, done: () => undefined };
  const allowed = 'allowed are whole numbers from 1 to 100, each above the one before, as in 5,25,50,100.';
  const alone =
    '--auto 100: there would be nothing to compare the candidate with. Give it a smaller share first, as in 5,25,50,100.';
  const edges = "--auto judges what the edges see, so it can't go with --config-only.";

  it.each<[string, number[], boolean, string]>([
    ['no share', [], false, `--auto : ${allowed}`],
    ['what is no number', [5, NaN], false, `--auto 5,NaN: ${allowed}`],
    ['a part of one', [0.5, 100], false, `--auto 0.5,100: ${allowed}`],
    ['nobody', [0, 100], false, `--auto 0,100: ${allowed}`],
    ['more than everybody', [5, 101], false, `--auto 5,101: ${allowed}`],
    ['the same share twice', [5, 5, 100], false, `--auto 5,5,100: ${allowed}`],
    ['a smaller share after a larger one', [5, 50, 25], false, `--auto 5,50,25: ${allowed}`],
    ['everybody at once', [100], false, alone],
    ['the stack file alone', [5, 100], true, edges],
  ])('refuses %s before it touches anything', async (_, shares, configOnly, words) => {
    const run = autoCanary('shop', shares, 60_000, { yes: true, configOnly }, output);
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Error).message).toBe(words);
    expect(changeRelease).not.toHaveBeenCalled();
  });
});
