import { isBag } from '../plugins/provider/is-bag';
import type { Json } from '../plugins/provider/json';
import type { HttpAnswer } from './answer';
import { ApiError } from './api-error';
import { CallCounter, type Calls } from './calls';
import { checkToken, type Tokens } from './check-token';
import { failure, success } from './envelope';
import { RateLimit, type RateLimitSettings } from './rate-limit';
import { apiPrefix, route } from './router';
import type { State } from './state';

/** A call as it came in over HTTP. */
export interface Call {
  method: string;
  url: URL;
  authorization: string | undefined;
  /** The raw body. */
  body: string;
}

/** What the API is made from. */
export interface ApiSettings {
  state: State;
  tokens: Tokens;
  rateLimit: RateLimitSettings;
  now: () => Date;
  /** Called after each call that may have changed the state. */
  save: () => void;
}

/** The API without HTTP and without faults: counts a call, checks its token, and answers it. */
export class Api {
  private readonly counter: CallCounter;
  private readonly limit: RateLimit;

  constructor(private readonly settings: ApiSettings) {
    this.counter = new CallCounter(settings.state.callsByHour);
    this.limit = new RateLimit(settings.rateLimit);
  }

  /** What was called how often. */
  calls(): Calls {
    return this.counter.counted();
  }

  /** Counts from zero again. */
  forgetCalls(): void {
    this.counter.clear();
  }

  /**
   * Answers a call; never rejects.
   *
   * @param state what is read and changed; by default what is kept. Another one is for an answer that is not of today.
   */
  async answer(call: Call, state = this.settings.state): Promise<HttpAnswer> {
    try {
      return await this.handle(call, state);
    } catch (error) {
      if (error instanceof ApiError) return refusal(error);
      const message = `The stand-in failed: ${error instanceof Error ? error.message : String(error)}`;
      return refusal(new ApiError(500, { code: 10001, message }));
    }
  }

  /** Counts a call, as Cloudflare does too for one that it then fails to answer. @throws ApiError 429 */
  count({ method, url }: Call): Record<string, string> {
    const now = this.settings.now();
    this.counter.count(name(method, url.pathname), now);
    return this.limit.count(now);
  }

  private async handle(call: Call, state: State): Promise<HttpAnswer> {
    const { method, url } = call;
    const { route: found, parts } = route(method, url.pathname);
    if (found.needs !== 'open') {
      const verifying = url.pathname === `${apiPrefix}/user/tokens/verify`;
      checkToken(this.settings.tokens, call.authorization, found.needs, verifying);
    }
    const request = {
      state,
      parts,
      query: url.searchParams,
      body: parsed(call.body),
      now: this.settings.now(),
    };
    const answer = await found.handle(request);
    if (method !== 'GET') this.settings.save();
    return { status: 200, headers: {}, body: success(answer) };
  }
}

/** The answer that a refusal is. */
export function refusal(error: ApiError): HttpAnswer {
  return { status: error.status, headers: error.headers, body: failure(error) };
}

function parsed(body: string): Json {
  if (body === '') return null;
  try {
    const value = JSON.parse(body) as Json;
    return isBag(value) ? value : null;
  } catch {
    throw new ApiError(400, { code: 6007, message: 'Malformed JSON in request body' });
  }
}

function name(method: string, pathname: string): string {
  try {
    return `${method} ${route(method, pathname).route.path}`;
  } catch {
    return `${method} (no such path)`;
  }
}
