import type { Json } from '../plugins/provider/json';
import type { Answer } from './envelope';
import type { Permission, State } from './state';

/** A call of the API, as a handler sees it. */
export interface ApiRequest {
  state: State;
  /** The path's variable parts, by the name in the route. */
  parts: Record<string, string>;
  query: URLSearchParams;
  /** The JSON body; null when there is none. */
  body: Json;
  now: Date;
}

/** One path of the API. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/client/v4`; `:name` stands for one variable part. */
  path: string;
  /** What the token must be allowed to do; `none`: any token; `open`: no token at all. */
  needs: Permission | 'none' | 'open';
  handle(request: ApiRequest): Answer | Promise<Answer>;
}
