import type { SiteConfig, TlsConfig } from '../config/site-config';
import { servedCertificate } from '../edge/certificate-api';
import { daysLeft, factsOfPem } from '../edge/certificate-facts';
import { certificateLabel, parseCertificateLabel } from '../edge/certificate-label';
import { type CertificatePlan, planCertificate } from '../edge/certificate-plan';
import { RuntimeApi } from '../edge/runtime-api';
import type { SiteContact } from '../edge/site-contact';
import { driftOf, type SiteState } from '../edge/site-state';
import type { TlsMaterial } from './read-tls-files';

/** What the program found out about the certificate before it registered anything. */
export interface CertificateObservation {
  plan: CertificatePlan;
  /** Hash of the differences between what the label wants and what the edges serve; empty without. */
  drift: string;
}

/**
 * Reads which certificate the edges are to serve, and which they do, and decides whether it is made anew.
 *
 * @param state undefined before the first deploy.
 */
export async function observeCertificate(
  { edge }: SiteConfig & { edge: { tls: TlsConfig } },
  { own }: TlsMaterial,
  state: SiteState | undefined,
  contact: Pick<SiteContact, 'session'>,
  now = new Date(),
): Promise<CertificateObservation> {
  const label = parseCertificateLabel(state?.edgeService?.labels[certificateLabel]);
  const plan = own ? ownPlan(own.certificate, edge.tls, now) : planCertificate(edge.tls, label, now);
  if (!state || !label) return { plan, drift: '' };
  const differences = await Promise.all(
    state.edges
      .filter(({ swarmNode }) => swarmNode?.state !== 'down')
      .map(async ({ name }) => {
        const served = await contact
          .session(name)
          .then((session) => servedCertificate(new RuntimeApi(session)))
          .catch(() => undefined);
        return served?.fingerprint === label.fingerprint
          ? []
          : [`${name}: serves ${served?.serial ?? 'none'}`];
      }),
  );
  return { plan, drift: driftOf(differences.flat()) };
}

/** A certificate of the operator's own is renewed by the operator. */
function ownPlan(pem: string, { certificate, renewBefore }: TlsConfig, now: Date): CertificatePlan {
  const facts = factsOfPem(pem);
  const days = daysLeft(facts, now);
  const file = certificate.files!.certificate;
  const made = facts.notBefore.slice(0, 10);
  if (days < 0) return { made, news: `certificate: ${file} ended on ${facts.notAfter}: put a new one there` };
  const due = days < renewBefore ? `, fewer than ${renewBefore} (renewBefore): put a new one there` : '';
  return { made, news: `certificate: ${file} has ${days} days left${due}` };
}
