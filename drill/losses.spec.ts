import type { LoadFailure } from '../lab/load/load-report';
import { losses } from './losses';

const broke = { since: 5000, until: 5200 };
const cut: LoadFailure = {
  time: 6000,
  target: 'shared',
  connection: 'kept-alive',
  kind: 'lost',
  text: 'no complete answer within 5000 ms',
  openedAt: 4000,
};
const of = (...failures: LoadFailure[]) => ({ lost: failures.length, failures });

describe('losses', () => {
  it('are taken along where the connection was open to the machine when it died', () => {
    expect(losses(of(cut, { ...cut, openedAt: 5100 }), broke)).toEqual({ lost: 0, taken: 2 });
  });

  it.each<[string, Partial<LoadFailure>]>([
    ['an answer of another status: the machine was there to give it', { text: 'status 503', status: 503 }],
    ['what was lost before anything broke', { time: 4999 }],
    ['a connection that was opened afterwards', { openedAt: 5201 }],
    ['a connection that never was', { openedAt: undefined }],
  ])('are all the same %s', (_, change) => {
    expect(losses(of(cut, { ...cut, ...change }), broke)).toEqual({ lost: 1, taken: 1 });
  });

  it('are no wrong answers', () => {
    const wrong = { ...cut, kind: 'wrong' as const };
    expect(losses({ lost: 0, failures: [wrong] }, broke)).toEqual({ lost: 0, taken: 0 });
  });

  it('are all that is lost where no machine takes connections along, and what is behind the listed failures', () => {
    expect(losses(of(cut), undefined)).toEqual({ lost: 1, taken: 0 });
    expect(losses({ lost: 30, failures: [cut] }, broke)).toEqual({ lost: 29, taken: 1 });
  });
});
