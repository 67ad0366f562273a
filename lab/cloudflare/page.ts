import type { Json } from '../plugins/provider/json';
import type { Answer } from './envelope';

/** How many entries a page has when nobody asks for a number, and at most. */
export interface PageSizes {
  standard: number;
  most: number;
}

/** The page of `entries` that `page` and `per_page` ask for; a page beyond the last one is empty. */
export function page(entries: Json[], query: URLSearchParams, sizes: PageSizes): Answer {
  const number = whole(query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  const size = whole(query.get('per_page'), sizes.standard, sizes.most);
  const result = entries.slice((number - 1) * size, number * size);
  return {
    result,
    resultInfo: {
      page: number,
      per_page: size,
      count: result.length,
      total_count: entries.length,
      total_pages: Math.ceil(entries.length / size),
    },
  };
}

function whole(text: string | null, standard: number, most: number): number {
  const number = Number(text ?? standard);
  return Number.isInteger(number) && number >= 1 ? Math.min(number, most) : standard;
}
