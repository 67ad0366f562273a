import type { Bag, Json } from '../plugins/provider/json';
import type { ApiError } from './api-error';

/** Where a page stands in the whole list, as `result_info` says it. */
export interface ResultInfo extends Bag {
  page: number;
  per_page: number;
  /** Entries on this page. */
  count: number;
  total_count: number;
  total_pages: number;
}

/** What a handler gives: a result, and where it is a page of. */
export interface Answer {
  result: Json;
  resultInfo?: ResultInfo;
}

/** The body of a good answer. */
export function success({ result, resultInfo }: Answer): Bag {
  const rest: Bag = resultInfo === undefined ? {} : { result_info: resultInfo };
  return { result, success: true, errors: [], messages: [], ...rest };
}

/** The body of a refusal. */
export function failure({ entry }: ApiError): Bag {
  const error: Bag = { code: entry.code, message: entry.message };
  if (entry.error_chain !== undefined) error['error_chain'] = entry.error_chain.map((link) => ({ ...link }));
  return { result: null, success: false, errors: [error], messages: [] };
}
