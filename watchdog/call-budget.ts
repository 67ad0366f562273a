import { ApiError } from './dns-api';

/** Cloudflare's own limit is 1200 calls in 5 minutes for all tokens of a user together (developers.cloudflare.com/fundamentals/api/reference/limits). */
export const budgetWindow = 5 * 60_000;
/**
 * Calls that one watchdog makes in that time at most: one look in 5 s is 60, a report for each look 60 more, and 30 are for
 * changes. Eight watchdogs may then use all of Cloudflare's limit when everything goes wrong, and two thirds of it is free in peace.
 */
export const budgetCalls = 150;

/** Counts calls and refuses those above the budget. */
export class CallBudget {
  /** When the calls of the last window were made, the oldest first. */
  private calls: number[] = [];

  constructor(private readonly now: () => number) {}

  /** To be called before each call. @throws ApiError of the kind `limited` */
  spend(): void {
    const now = this.now();
    this.calls = this.calls.filter((at) => now - at < budgetWindow && at <= now);
    if (this.calls.length >= budgetCalls)
      throw new ApiError(
        'limited',
        `this watchdog's own budget of ${budgetCalls} calls in 5 minutes is used up`,
        budgetWindow - (now - this.calls[0]!),
      );
    this.calls.push(now);
  }

  /** Calls in the last 5 minutes. */
  get spent(): number {
    const now = this.now();
    return this.calls.filter((at) => now - at < budgetWindow).length;
  }
}
