import { differences } from '../release/compare';
import type { Pointer } from '../release/pointer';

/** The pointer of a site on which nothing runs yet. */
const nothing: Pointer = { generation: 0, services: {} };

/** In what two pointers differ besides their generation, as `shop.live: blue -> green`; `from` is undefined where nothing runs yet. */
export function pointerDifferences(from: Pointer | undefined, to: Pointer): string[] {
  return differences(from ?? nothing, to).filter((line) => !line.startsWith('generation: '));
}
