import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

type Stack = Parts<StackConfig>;

const sources = ['files', 'selfSigned', 'cloudflare'] as const;

/** A certificate comes from one place. */
export function oneCertificateSource({ edge }: Stack): Mistake[] {
  const certificate = edge?.tls?.certificate;
  if (certificate === undefined) return [];
  // `in`, not a comparison with undefined: a source that is there and wrong is not a missing one.
  const given = sources.filter((source) => source in certificate);
  if (given.length === 1) return [];
  return [
    mistake(
      ['edge', 'tls', 'certificate'],
      Object.fromEntries(given.map((source) => [source, certificate[source]])),
      'one of files, selfSigned and cloudflare',
      given.length > 1
        ? 'Keep one of them.'
        : 'Add `selfSigned: {}`, or files with your own certificate and key.',
    ),
  ];
}

/** A certificate that is renewed with more days left than it ever has would be renewed by each `up`. */
export function renewedInItsTime({ edge }: Stack): Mistake[] {
  const { certificate, renewBefore } = edge?.tls ?? {};
  const validity = certificate?.selfSigned?.validity ?? certificate?.cloudflare?.validity;
  if (renewBefore === undefined || validity === undefined || renewBefore < validity) return [];
  return [
    mistake(
      ['edge', 'tls', 'renewBefore'],
      renewBefore,
      `fewer days than the certificate's validity (${validity})`,
      `Write for example \`${Math.max(1, Math.floor(validity / 3))}\`.`,
    ),
  ];
}

/** A port for what is not spoken, and a door beside the one that is guarded. */
export function httpsWhole({ edge }: Stack): Mistake[] {
  const found: Mistake[] = [];
  if (edge?.ports?.https !== undefined && !('tls' in edge))
    found.push(
      mistake(
        ['edge', 'ports', 'https'],
        edge.ports.https,
        'no port while evenkeel:edge.tls is left out',
        'Remove it, or add evenkeel:edge.tls; docs/tls.md shows how.',
      ),
    );
  if (edge?.tls?.originPulls !== undefined && edge.tls.redirect === false)
    found.push(
      mistake(
        ['edge', 'tls', 'redirect'],
        false,
        'true while originPulls is there: else everybody is served over plain HTTP',
        'Remove redirect: false, or remove originPulls.',
      ),
    );
  return found;
}
