import { oldBackups } from './backup';

describe('old backups', () => {
  const name = (day: number) => `home-2026-01-0${day}T031500Z`;

  it('are those beyond the newest ones', () => {
    expect(oldBackups([name(3), name(1), name(2)], 'home-', 2)).toEqual([name(1)]);
    expect(oldBackups([name(3), name(1)], 'home-', 2)).toEqual([]);
  });

  it('are never what is not a backup of this stack', () => {
    const others = ['home-cloud-2026-01-01T031500Z', 'home-notes', 'photos', `${name(1)}.unfinished`];
    expect(oldBackups([...others, name(2)], 'home-', 1)).toEqual([]);
  });
});
