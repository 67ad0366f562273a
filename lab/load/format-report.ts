import type { LoadReport } from './load-report';

/** A report as a few lines for the terminal, without a line break at the end. Times of failures are in UTC. */
export function formatReport(report: LoadReport): string {
  const { requests, lost, wrong, reopened, p50, p99, max, startedAt, endedAt } = report;
  const seconds = (endedAt - startedAt) / 1000;
  const rate = seconds > 0 ? requests / seconds : 0;
  const lines = [
    `${whole(requests)} requests in ${seconds.toFixed(1)} s (${whole(rate)}/s): ${whole(lost)} lost, ${whole(wrong)} wrong; ${whole(reopened)} kept-alive connections reopened`,
    `latency: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`,
    ...table([
      ['version', 'answers'],
      ...Object.entries(report.byVersion).map(([version, answers]) => [version, whole(answers)]),
    ]),
    ...table([
      ['target', 'requests', 'lost', 'wrong', 'longest gap'],
      ...Object.entries(report.byTarget).map(([target, sums]) => [
        target,
        whole(sums.requests),
        whole(sums.lost),
        whole(sums.wrong),
        `${whole(sums.longestGap)} ms`,
      ]),
    ]),
  ];
  if (report.failures.length > 0) {
    const isLong = lost + wrong > report.failures.length;
    lines.push(isLong ? `the first ${report.failures.length} failures:` : 'failures:');
    for (const { time, target, connection, kind, text } of report.failures) {
      lines.push(
        `  ${new Date(time).toISOString().slice(11, 23)}  ${target}  ${connection}  ${kind}: ${text}`,
      );
    }
    const texts = Object.entries(report.lostByText);
    if (isLong && texts.length > 0)
      lines.push('all that were lost:', ...texts.map(([text, count]) => `  ${whole(count)}  ${text}`));
  }
  return lines.join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Columns as wide as their widest cell, the first to the left, the others to the right; nothing for a table of headings alone. */
function table(rows: string[][]): string[] {
  if (rows.length < 2) return [];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`;
  });
}
