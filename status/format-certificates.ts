import type { SiteCertificates } from './certificates';
import { painter } from './paint';
import { type Cell, table } from './table';

/** What `evenkeel certs` prints: a row for each edge, then what is to be done. */
export function formatCertificates(
  { source, renewBefore, edges }: SiteCertificates,
  options: { colours: boolean },
): string {
  const paint = painter(options.colours);
  const rows = edges.map(({ edge, serial, daysLeft, notAfter, names, problem }): Cell[] => [
    edge,
    serial ?? '-',
    daysLeft === undefined ? '-' : String(daysLeft),
    notAfter?.slice(0, 10) ?? '-',
    names?.join(' ') ?? '-',
    problem ? { text: problem, style: 'bad' } : '',
  ]);
  const due = edges.some(({ daysLeft }) => daysLeft !== undefined && daysLeft < renewBefore);
  const remedy =
    source === 'files'
      ? 'put a new certificate where the stack file says, then run: pulumi up'
      : 'run: pulumi up';
  return [
    ...table(['edge', 'serial', 'days', 'ends', 'names'], rows, paint),
    '',
    `source: ${source}; renewed with fewer than ${renewBefore} days left${due ? `. It is due: ${remedy}` : ''}`,
    '',
  ].join('\n');
}
