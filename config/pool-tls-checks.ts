import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';
import { secretUnknown } from './secret-unknown';

type Stack = Parts<StackConfig>;

/**
 * The watchdogs can ask the edges as `evenkeel:pool.check` has it: else they would find all of them down, with nothing wrong
 * but this.
 */
export function edgesCanBeAsked({ pool, edge }: Stack): Mistake[] {
  const { check } = pool ?? {};
  if (check?.scheme !== 'https') return check ? plainHasNoCertificates(check) : [];
  const overHttp = 'write `check: { scheme: http }`, since readiness is answered there too';
  const tls = edge?.tls;
  if (!edge || !('tls' in edge))
    return [
      mistake(
        ['pool', 'check', 'scheme'],
        'https',
        'http while evenkeel:edge.tls is left out',
        'Write `check: { scheme: http }`, or add evenkeel:edge.tls.',
      ),
    ];
  const found: Mistake[] = [];
  if (tls?.originPulls !== undefined && !('clientCertificate' in check))
    found.push(
      mistake(
        ['pool', 'check', 'clientCertificate'],
        undefined,
        'a certificate that evenkeel:edge.tls.originPulls lets in',
        `Have one made by that CA; or, where it is Cloudflare's, ${overHttp}.`,
      ),
    );
  const made = tls?.certificate;
  if (made && ('cloudflare' in made || 'selfSigned' in made) && !('caFile' in check))
    found.push(
      mistake(
        ['pool', 'check', 'caFile'],
        undefined,
        "the CA of the edges' certificates, which is none that everybody knows",
        `Name its file, as docs/watchdog.md shows; or ${overHttp}.`,
      ),
    );
  return found;
}

function plainHasNoCertificates(check: object): Mistake[] {
  return (['caFile', 'clientCertificate'] as const)
    .filter((key) => key in check)
    .map((key) =>
      mistake(
        ['pool', 'check', key],
        (check as Record<string, unknown>)[key],
        'nothing with `scheme: http`, which knows no certificates',
        'Remove it, or write `scheme: https`.',
      ),
    );
}

/** The key of the watchdog's own certificate is there. */
export function clientKeyKnown({ pool, secrets }: Stack): Mistake[] {
  const key = pool?.check?.clientCertificate?.key;
  if (secrets === undefined || key === undefined) return [];
  return secretUnknown(['pool', 'check', 'clientCertificate', 'key'], key, Object.keys(secrets));
}
