import { parseRaftPosition } from './raft-position';

describe('where the log of Raft ends', () => {
  it('is read from what Docker 20.10 logs when a manager asks for votes', () => {
    expect(parseRaftPosition('logterm: 2, index: 59] sent MsgVote\n')).toEqual({ term: 2, index: 59 });
  });

  it('is not known from a log that has no such line', () => {
    expect(parseRaftPosition('')).toBeUndefined();
  });
});
