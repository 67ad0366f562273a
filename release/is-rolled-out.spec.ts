import { isRolledOut } from './is-rolled-out';

describe('isRolledOut', () => {
  it.each([undefined, '', 'completed', 'rollback_completed'])('is true of "%s"', (state) =>
    expect(isRolledOut(state)).toBe(true),
  );

  it.each(['updating', 'paused', 'rollback_started', 'rollback_paused'])('is false of "%s"', (state) =>
    expect(isRolledOut(state)).toBe(false),
  );
});
