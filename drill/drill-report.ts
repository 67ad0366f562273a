/** What one failure in one phase did to the public. All times are milliseconds. */
export interface DrillRow {
  /** ISO 8601, UTC: when it began; undefined: in the days of its report, before rows had a date of their own. */
  at?: string;
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

/** A drill, or what is kept of several. */
export interface DrillReport {
  /** ISO 8601, UTC: when it began; of several the last one, and so is `target`. */
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

/** What is kept when a drill is done, or has got this far: of each failure in each phase the newest row. */
export function keptReport(earlier: DrillReport | undefined, report: DrillReport): DrillReport {
  if (!earlier) return report;
  const before = earlier.rows.map((row) => rowOf(report, row) ?? { ...row, at: row.at ?? earlier.at });
  return { ...report, rows: [...before, ...report.rows.filter((row) => !rowOf(earlier, row))] };
}

/** The days (UTC, as 2026-11-21) of the earlier rows that a drill's are compared with, each once, the oldest first. */
export function comparedDays(report: DrillReport, earlier: DrillReport | undefined): string[] {
  const days = report.rows.flatMap((row) => {
    const before = earlier && rowOf(earlier, row);
    return before ? [(before.at ?? earlier.at).slice(0, 'YYYY-MM-DD'.length)] : [];
  });
  return [...new Set(days)].sort();
}

/** The row of the same failure in the same phase. */
function rowOf(report: DrillReport, { failure, during }: DrillRow): DrillRow | undefined {
  return report.rows.find((row) => row.failure === failure && row.during === during);
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
    const before = earlier && rowOf(earlier, row);
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
