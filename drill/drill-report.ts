/** What one failure in one phase did to the public. All times are milliseconds. */
export interface DrillRow {
  failure: string;
  during: string;
  /** The machine that it happened to. */
  machine: string;
  /** When it happened, after the start of the phase's command. */
  after: number;
  requests: number;
  /** Requests that got no good answer, but for those of `taken`. */
  lost: number;
  /** Requests without an answer on connections that were open to the very machine that died: nobody could save them. */
  taken: number;
  /** Answers with a version that was not live. */
  wrong: number;
  longestGap: number;
  /** From the failure to a site without a problem; undefined: not within the time limit. */
  whole?: number;
  healedBy: string;
  /** How the command ended that was running: `done`, or its exit code; undefined without a command. */
  command?: string;
  /** How often the command had to be given again until it went through. */
  again: number;
  /** What the first requests died of, and what `status` had to say when the site did not become whole. */
  notes: string[];
}

/** A drill. */
export interface DrillReport {
  /** ISO 8601, UTC. */
  at: string;
  /** Where the load went: the shared address, or the edges that were not hit. */
  target: string;
  rows: DrillRow[];
}

/** The longest time without a good answer that a failure may cause, in ms: what the project promises. */
export const longestGapAllowed = 1500;

/** What is not as promised, in words; empty when all is well. */
export function shortcomings(row: DrillRow): string[] {
  const { lost, wrong, longestGap, whole, command, again } = row;
  return [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(longestGap > longestGapAllowed ? [`a gap of ${Math.round(longestGap)} ms`] : []),
    ...(whole === undefined ? ['not whole again'] : []),
    ...(again > 0 ? [`the command ended with ${command} and had to be given again`] : []),
  ];
}

/** The rows as those of a table, with the longest gap of an earlier drill behind this one's. */
export function drillTable(
  report: DrillReport,
  earlier?: DrillReport,
): { header: string[]; rows: { cells: string[]; ok: boolean }[] } {
  const header = [
    ...['failure', 'during', 'machine', 'requests', 'lost', 'taken', 'wrong', 'longest gap'],
    ...['whole after', 'healed by', 'command'],
  ];
  const rows = report.rows.map((row) => {
    const before = earlier?.rows.find(
      ({ failure, during }) => failure === row.failure && during === row.during,
    );
    const was = before ? ` (was ${Math.round(before.longestGap)})` : '';
    const cells = [
      row.failure,
      row.during,
      row.machine,
      String(row.requests),
      String(row.lost),
      String(row.taken),
      String(row.wrong),
      `${Math.round(row.longestGap)} ms${was}`,
      row.whole === undefined ? 'not' : `${(row.whole / 1000).toFixed(1)} s`,
      row.healedBy,
      `${row.command ?? '-'}${row.again > 0 ? `, ${row.again} more` : ''}`,
    ];
    return { cells, ok: shortcomings(row).length === 0 };
  });
  return { header, rows };
}
