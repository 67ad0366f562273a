/** What is to be done to one service at all sites, one after the other. */
export type WaveAct =
  | { did: 'prerelease'; version: string; digest: string; force?: boolean }
  | { did: 'switch' | 'abort' | 'unhold' }
  /**
   * @property version the stable one; @property switch makes the candidate live first; `again`: all stack files say so
   *   already, and its tag may be missing.
   */
  | { did: 'release'; version: string; switch?: boolean; again?: boolean }
  /** @property percent what the candidate's share is in the end; `auto`: it grew to that by itself, and 100 means live. */
  | { did: 'canary'; percent: number; auto?: boolean }
  | { did: 'hold'; why: string }
  | { did: 'maintenance'; on: boolean };

/** Whether an act is only written down: then no `up` belongs to it, and no site need be reached. */
export function isWrittenOnly({ did }: Pick<WaveAct, 'did'>): boolean {
  return did === 'hold' || did === 'unhold';
}
