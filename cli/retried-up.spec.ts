import { threeNodes } from '../test/sites';
import { UpError } from './converge';
import { retriedUp } from './retried-up';

let failures: Error[];
let lost: string | undefined;
let ran: number;

jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));
jest.mock('./converge', () => ({
  ...jest.requireActual<object>('./converge'),
  up: () => {
    ran++;
    const failure = failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve();
  },
}));
jest.mock('../edge/managers-view', () => ({
  viewManagers: () => Promise.resolve({}),
  managerLost: () => lost,
}));

describe('retriedUp', () => {
  let said: string[];
  beforeEach(() => {
    failures = [];
    lost = undefined;
    ran = 0;
    said = [];
  });
  const place = { stack: 'home', projectDirectory: '/nowhere', file: '/nowhere' };
  const run = () => retriedUp(place, threeNodes(), 'test', (line) => void said.push(line));
  const deadline = () =>
    new UpError(
      '(HTTP code 500) server error - rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    );

  it('gives an up again that failed while a manager died, or that the managers did not agree on', async () => {
    failures = [deadline(), deadline()];
    await run();
    expect(ran).toBe(3);
    expect(said.at(-1)).toBe(
      "the Swarm's managers did not agree in time: pulumi up begins again, and goes on from here",
    );
    lost = 'pi1 was away';
    failures = [new UpError('no answer')];
    await run();
    expect(said.at(-1)).toBe('pi1 was away: pulumi up begins again, and goes on from here');
  });

  it('gives it again three times at most, and never for another reason', async () => {
    failures = Array.from({ length: 9 }, deadline);
    await expect(run()).rejects.toThrow('DeadlineExceeded');
    expect(ran).toBe(4);
    failures = [new UpError('the image does not exist')];
    await expect(run()).rejects.toThrow('the image does not exist');
    expect(ran).toBe(5);
  });
});
