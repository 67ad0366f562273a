import { ApiError } from './api-error';

/** How many calls in how much time. */
export interface RateLimitSettings {
  calls: number;
  seconds: number;
}

/** Cloudflare's own: https://developers.cloudflare.com/fundamentals/api/reference/limits/. Per user, so over all tokens. */
export const cloudflareRateLimit: RateLimitSettings = { calls: 1200, seconds: 300 };

/**
 * Counts calls. One above the limit is refused with 429, and so is every further one for as long as the limit's time
 * ("all API calls for the next five minutes will be blocked", same page).
 */
export class RateLimit {
  private times: number[] = [];
  private blockedUntil = 0;

  constructor(private readonly settings: RateLimitSettings) {}

  /** Counts one call at `now`. @returns headers of the answer @throws ApiError 429 with `Retry-After` in seconds */
  count(now: Date): Record<string, string> {
    const { calls, seconds } = this.settings;
    const time = now.getTime();
    this.times = this.times.filter((earlier) => earlier > time - seconds * 1000);
    if (time >= this.blockedUntil && this.times.length >= calls) this.blockedUntil = time + seconds * 1000;
    if (time < this.blockedUntil) {
      const wait = Math.ceil((this.blockedUntil - time) / 1000);
      throw tooMany(this.settings, wait, new Date(this.blockedUntil));
    }
    this.times.push(time);
    return { ...limitHeader(calls), 'x-ratelimit-remaining': String(calls - this.times.length) };
  }
}

/** The refusal of one call too many. The headers are those of the page above, the words those of the API. */
export function tooMany({ calls, seconds }: RateLimitSettings, wait: number, reset: Date): ApiError {
  const message = `More than ${calls} requests per ${seconds} seconds reached. Please wait and consider throttling your request speed`;
  const headers = {
    ...limitHeader(calls),
    'x-ratelimit-remaining': '0',
    'retry-after': String(wait),
    'x-ratelimit-reset': reset.toUTCString(),
  };
  return new ApiError(429, { code: 10100, message }, headers);
}

const limitHeader = (calls: number) => ({ 'x-ratelimit-limit': String(calls) });
