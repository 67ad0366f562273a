/** How often the API was called. */
export interface Calls {
  total: number;
  /** By hour in UTC: `2026-11-27T20`. Kept over a restart. */
  byHour: Record<string, number>;
  /** By what was asked for, since the start: `GET /zones/:zone/dns_records`. */
  byRoute: Record<string, number>;
}

/** Counts calls, whether they are answered well or not. */
export class CallCounter {
  private byRoute: Record<string, number> = {};

  /** @param byHour what was counted before; it is added to in place */
  constructor(private readonly byHour: Record<string, number>) {}

  /** Counts one. */
  count(route: string, now: Date): void {
    const hour = now.toISOString().slice(0, 13);
    this.byHour[hour] = (this.byHour[hour] ?? 0) + 1;
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
  }

  /** Forgets all. */
  clear(): void {
    for (const hour of Object.keys(this.byHour)) delete this.byHour[hour];
    this.byRoute = {};
  }

  /** What was counted. */
  counted(): Calls {
    const total = Object.values(this.byHour).reduce((sum, number) => sum + number, 0);
    return { total, byHour: { ...this.byHour }, byRoute: { ...this.byRoute } };
  }
}
