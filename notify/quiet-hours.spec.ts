import { isQuiet } from './quiet-hours';

const at = (text: string) => Date.parse(text);

describe('isQuiet', () => {
  const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };

  it('goes over midnight, by the clocks of its time zone, in summer and winter', () => {
    expect(isQuiet(night, at('2026-11-27T21:00:00Z'))).toBe(true); // 22:00
    expect(isQuiet(night, at('2026-11-27T20:59:00Z'))).toBe(false);
    expect(isQuiet(night, at('2026-11-28T05:59:00Z'))).toBe(true);
    expect(isQuiet(night, at('2026-11-28T06:00:00Z'))).toBe(false); // 07:00
    expect(isQuiet(night, at('2026-07-01T20:00:00Z'))).toBe(true); // 22:00 in summer
  });

  it('stays within a day where it ends after it begins', () => {
    const noon = { from: '12:00', to: '14:00', timeZone: 'UTC' };
    expect([11, 12, 13, 14].map((hour) => isQuiet(noon, at(`2026-11-27T${hour}:30:00Z`)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
