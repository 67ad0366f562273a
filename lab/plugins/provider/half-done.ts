import type { Bag } from './json';

/**
 * A change that was made but did not end well: the engine stores the properties with the reason, and updates the
 * resource again next time.
 */
export class HalfDone extends Error {
  /**
   * @param id the resource's ID
   * @param properties what the engine shall store as its state
   * @param reason why it is not well
   */
  constructor(
    readonly id: string,
    readonly properties: Bag,
    reason: string,
  ) {
    super(reason);
  }
}
