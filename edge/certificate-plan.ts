import type { TlsConfig } from '../config/site-config';
import { daysLeft } from './certificate-facts';
import { sourceOf, type WantedCertificate } from './certificate-label';

/** What the next `up` does about the certificate that Pulumi makes. */
export interface CertificatePlan {
  /** Which certificate it is (`WantedCertificate.made`): another one than that of the label is made anew. */
  made: string;
  /** One sentence for a person. */
  news: string;
}

/**
 * Whether the certificate stays or is made anew, with a new key: with fewer than `renewBefore` days left, or when it is to come from
 * elsewhere. Decided by what the edges' label says, so a run that failed half-way comes to the same certificate when it is repeated on
 * the same day.
 *
 * @param label of the certificate that is wanted until now; undefined before the first.
 */
export function planCertificate(
  { certificate, renewBefore }: Pick<TlsConfig, 'certificate' | 'renewBefore'>,
  label: WantedCertificate | undefined,
  now: Date,
): CertificatePlan {
  const next = nextMade(label?.made, now.toISOString().slice(0, 10));
  const source = sourceOf(certificate);
  if (label?.source !== source)
    return { made: next, news: `certificate: the first one from ${source} is made` };
  const days = daysLeft(label, now);
  const left = days < 0 ? `ended on ${label.notAfter}` : `${days} days left`;
  return days < renewBefore
    ? { made: next, news: `certificate: ${left}, fewer than ${renewBefore} (renewBefore): a new one is made` }
    : { made: label.made, news: `certificate: ${left}; a new one is made with fewer than ${renewBefore}` };
}

/** The day, or the next number on the same day. */
function nextMade(last: string | undefined, today: string): string {
  const [day, number = '1'] = last?.split('.') ?? [];
  return day === today ? `${today}.${Number(number) + 1}` : today;
}
