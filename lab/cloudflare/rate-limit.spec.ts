import fc from 'fast-check';
import { startWithClient, stopAll } from './client.fixture';
import { cloudflareRateLimit, RateLimit } from './rate-limit';

afterEach(stopAll);

/** Whether a call at each of these seconds is let through. */
function letThrough(limit: RateLimit, seconds: number[]): boolean[] {
  return seconds.map((second) => {
    try {
      limit.count(new Date(second * 1000));
      return true;
    } catch {
      return false;
    }
  });
}

describe('RateLimit', () => {
  it('is 1200 calls in five minutes at Cloudflare', () => {
    expect(cloudflareRateLimit).toEqual({ calls: 1200, seconds: 300 });
  });

  it('refuses the call that is one too many, and all for as long as the limit counts', () => {
    const limit = new RateLimit({ calls: 2, seconds: 300 });
    expect(letThrough(limit, [0, 1, 2, 299, 301, 302, 303])).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('never lets more through in its time than it may, whenever calls come', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, calls) => {
        let second = 0;
        const times = steps.map((step) => (second += step));
        const passed = letThrough(new RateLimit({ calls, seconds: 100 }), times);
        const through = times.filter((_, index) => passed[index]);
        for (const time of through) {
          expect(through.filter((other) => other > time - 100 && other <= time).length).toBeLessThanOrEqual(
            calls,
          );
        }
      }),
    );
  });

  it('shows in the headers, and in 429 with the seconds to wait', async () => {
    let now = new Date('2026-11-27T20:00:00Z');
    const { client, zone } = await startWithClient({ rateLimit: { calls: 3, seconds: 300 }, now: () => now });
    // The fixture has asked for the zone's ID once.
    const { response } = await client.zones.get({ zone_id: zone }).withResponse();
    expect(response.headers.get('x-ratelimit-limit')).toBe('3');
    expect(response.headers.get('x-ratelimit-remaining')).toBe('1');
    await client.zones.get({ zone_id: zone });
    now = new Date('2026-11-27T20:00:30.500Z');
    const error = (await client.zones.get({ zone_id: zone }).catch((reason: unknown) => reason)) as {
      status: number;
      headers: Headers;
      errors: unknown;
    };
    expect(error.status).toBe(429);
    expect(error.headers.get('retry-after')).toBe('300');
    expect(error.headers.get('x-ratelimit-reset')).toBe('Fri, 27 Nov 2026 20:05:30 GMT');
    expect(error.errors).toEqual([
      {
        code: 10100,
        message:
          'More than 3 requests per 300 seconds reached. Please wait and consider throttling your request speed',
      },
    ]);
    now = new Date('2026-11-27T20:05:31Z');
    expect((await client.zones.get({ zone_id: zone })).id).toBe(zone);
  });
});
