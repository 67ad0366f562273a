import type { SiteConfig, TlsConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import type { LoadTls } from '../lab/load/load-options';
import { Refusal } from '../release/refusal';
import { type CertificateReading, readCertificates, siteCertificates } from '../status/certificates';

/**
 * What a load needs to come to a site's edges over TLS. Which certificate is right, the edges themselves say, over SSH, which
 * knows their keys: so it makes no difference where the certificate comes from, and no CA has to be named.
 *
 * @param hostname the name that is asked for.
 * @returns undefined where the edges speak plain HTTP only.
 * @throws Refusal when a load could not get an answer, or would lose requests with nothing broken; nothing was touched.
 */
export async function publicTls(
  site: Pick<SiteConfig, 'site' | 'nodes' | 'edge'>,
  hostname: string,
): Promise<LoadTls | undefined> {
  const { tls } = site.edge;
  if (!tls) return undefined;
  if (tls.originPulls)
    throw new Refusal(
      `The edges of ${site.site} serve only who shows a certificate of evenkeel:edge.tls.originPulls, and a drill has none: ` +
        'all of its requests would be lost. Nothing was touched. Take originPulls out while you drill (pulumi up; no edge is ' +
        'restarted for it), or drill on the lab.',
    );
  const contact = new SiteContact(site.nodes);
  try {
    const readings = await readCertificates(site, contact);
    return {
      servername: hostname,
      fingerprints: rightCertificates(site.site, tls, readings, new Date()),
    };
  } finally {
    contact.close();
  }
}

/**
 * The fingerprints of what the edges serve.
 *
 * @param site its name.
 * @throws Refusal when `evenkeel certs` finds something wrong: visitors are lost by that already, or an `up` during the drill
 * would bring another certificate.
 */
export function rightCertificates(
  site: string,
  tls: TlsConfig,
  readings: readonly CertificateReading[],
  now: Date,
): string[] {
  const { edges } = siteCertificates(tls, readings, now);
  const problems = edges.flatMap(({ edge, problem }) => (problem ? [`${edge}: ${problem}`] : []));
  if (problems.length > 0)
    throw new Refusal(
      `The certificates of ${site} are not as they should be (${problems.join('; ')}), so what is lost would not be the doing ` +
        'of a drill. Nothing was touched. See: evenkeel certs',
    );
  return [...new Set(edges.flatMap(({ fingerprint }) => fingerprint ?? []))];
}
