import type { SiteConfig, TlsConfig } from '../config/site-config';
import { servedCertificate } from '../edge/certificate-api';
import { type CertificateFacts, daysLeft } from '../edge/certificate-facts';
import { type CertificateSource, sourceOf } from '../edge/certificate-label';
import { RuntimeApi } from '../edge/runtime-api';
import { messageOf, type SiteContact } from '../edge/site-contact';
import { within } from './within';

/** What one edge serves. */
export interface EdgeCertificate extends Partial<CertificateFacts> {
  edge: string;
  /** Whole days until it ends. */
  daysLeft?: number;
  /** What is not as it should be, in words; undefined: all is well. */
  problem?: string;
}

/** What `evenkeel certs --json` prints. */
export interface SiteCertificates {
  ok: boolean;
  source: CertificateSource;
  renewBefore: number;
  edges: EdgeCertificate[];
}

/** What an edge said, or why it said nothing. */
export type CertificateReading = { edge: string } & (
  { served: CertificateFacts | undefined } | { unreached: string }
);

/** How long an edge may take to answer, in ms, beside the time that SSH has for itself. */
const answerTime = 10_000;

/** Asks every edge that is not in maintenance. */
export function readCertificates(
  site: Pick<SiteConfig, 'nodes'>,
  contact: Pick<SiteContact, 'session'>,
): Promise<CertificateReading[]> {
  const edges = site.nodes.filter(({ roles, maintenance }) => roles.includes('edge') && !maintenance);
  return Promise.all(
    edges.map(async ({ name: edge }): Promise<CertificateReading> => {
      try {
        const asked = contact.session(edge).then((session) => servedCertificate(new RuntimeApi(session)));
        return { edge, served: await within(answerTime, edge, asked) };
      } catch (error) {
        return { edge, unreached: messageOf(error) };
      }
    }),
  );
}

/**
 * Judges what the edges serve: each should have the one that began last, with `renewBefore` days left or more.
 * An edge that can't be asked is not well either: nobody knows what it serves.
 */
export function siteCertificates(
  { certificate, renewBefore }: TlsConfig,
  readings: readonly CertificateReading[],
  now: Date,
): SiteCertificates {
  const served = readings.flatMap((reading) =>
    'served' in reading && reading.served ? [reading.served] : [],
  );
  const newest = served.toSorted((a, b) => (a.notBefore < b.notBefore ? 1 : -1))[0];
  const edges = readings.map((reading): EdgeCertificate => {
    const { edge } = reading;
    if ('unreached' in reading) return { edge, problem: reading.unreached };
    if (!reading.served) return { edge, problem: 'serves no certificate; run: pulumi up' };
    const facts = reading.served;
    const days = daysLeft(facts, now);
    const problem =
      days < 0
        ? 'has ended'
        : days < renewBefore
          ? `fewer than ${renewBefore} days left`
          : facts.notBefore < newest!.notBefore
            ? `another edge has a newer one (${newest!.serial}); run: pulumi up`
            : undefined;
    return { edge, ...facts, daysLeft: days, ...(problem && { problem }) };
  });
  return {
    ok: edges.every(({ problem }) => problem === undefined),
    source: sourceOf(certificate),
    renewBefore,
    edges,
  };
}
