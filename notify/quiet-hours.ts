/** Hours in which only what is urgent is sent. */
export interface QuietHours {
  /** `22:00`; inclusive. */
  from: string;
  /** `07:00`; exclusive. May be before `from`: then they go over midnight. */
  to: string;
  /** IANA's name, as `Europe/Berlin`. */
  timeZone: string;
}

/** Whether it is quiet at `at` (ms since 1970), by the clocks of that time zone. */
export function isQuiet({ from, to, timeZone }: QuietHours, at: number): boolean {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  return from <= to ? from <= time && time < to : from <= time || time < to;
}
