import { isBag } from '../plugins/provider/is-bag';
import type { Bag } from '../plugins/provider/json';
import { ApiError } from './api-error';
import { sign } from './authority';
import { findZone, zoneOfHostname } from './find-zone';
import { page } from './page';
import type { Route } from './request';
import type { State, StoredCertificate } from './state';

/** Certificates a page: the Origin CA documents no number; 25 is what pages of this kind have at Cloudflare. */
const sizes = { standard: 25, most: 1_000 };
/** How long a certificate may be valid, in days; 5475 when nothing is asked for (the client's `RequestValidity`). */
const validities = [7, 30, 90, 365, 730, 1095, 5475];
const requestTypes = ['origin-rsa', 'origin-ecc', 'keyless-certificate'];

/** The Origin CA: certificates that Cloudflare, and nobody else, trusts. Here the lab's CA signs them. */
export const originCertificateRoutes: Route[] = [
  {
    method: 'POST',
    path: '/certificates',
    needs: 'ssl:edit',
    async handle({ state, body, now }) {
      if (!isBag(body)) throw refused('Failed to read the request body.');
      const { csr, hostnames, request_type: requestType } = body;
      const validity = body['requested_validity'] ?? 5475;
      if (typeof csr !== 'string') throw refused('Missing CSR.');
      if (!Array.isArray(hostnames) || hostnames.length === 0) throw refused('Missing hostnames.');
      if (typeof requestType !== 'string' || !requestTypes.includes(requestType)) {
        throw refused(`Invalid request type. Must be one of ${requestTypes.join(', ')}.`);
      }
      if (typeof validity !== 'number' || !validities.includes(validity)) {
        throw refused(`Invalid requested validity. Must be one of ${validities.join(', ')} days.`);
      }
      const names = hostnames.map(String);
      const zones = names.map((hostname) => zoneOfHostname(state, hostname));
      const signed = await sign(state.authority!, {
        csr,
        hostnames: names,
        notBefore: now,
        days: validity,
      }).catch((error: Error) => {
        throw refused(`Failed to parse CSR: ${error.message}`);
      });
      const stored: StoredCertificate = {
        id: signed.serial,
        zoneId: zones[0]!.id,
        certificate: signed.certificate,
        csr,
        hostnames: names,
        requestType,
        requestedValidity: validity,
        expiresOn: goTime(signed.expiresOn),
        revokedAt: null,
      };
      state.certificates.push(stored);
      return { result: answered(stored) };
    },
  },
  {
    method: 'GET',
    path: '/certificates',
    needs: 'ssl:edit',
    handle({ state, query }) {
      const zone = findZone(state, query.get('zone_id') ?? '');
      const found = state.certificates.filter((one) => one.zoneId === zone.id && one.revokedAt === null);
      return page(found.map(answered), query, sizes);
    },
  },
  {
    method: 'GET',
    path: '/certificates/:certificate',
    needs: 'ssl:edit',
    handle: ({ state, parts }) => ({ result: answered(find(state, parts['certificate']!)) }),
  },
  {
    method: 'DELETE',
    path: '/certificates/:certificate',
    needs: 'ssl:edit',
    handle({ state, parts, now }) {
      const certificate = find(state, parts['certificate']!);
      certificate.revokedAt = now.toISOString();
      return { result: { id: certificate.id, revoked_at: certificate.revokedAt } };
    },
  },
];

/** A certificate that was revoked is no longer found. */
function find(state: State, id: string): StoredCertificate {
  const found = state.certificates.find((candidate) => candidate.id === id && candidate.revokedAt === null);
  if (found === undefined) {
    throw new ApiError(404, { code: 1101, message: 'Failed to read certificate from database.' });
  }
  return found;
}

/** The Origin CA's own codes are in the 1000s; the words for these rarely met ones are ours. */
function refused(message: string): ApiError {
  return new ApiError(400, { code: 1000, message });
}

/**
 * The Origin CA gives this one time as Go prints it, `2027-02-25 20:00:00 +0000 UTC`, and not as the rest of the API
 * does: the official Go client has a parser of its own for it. Who needs the date reads it from the certificate.
 */
function goTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

function answered(one: StoredCertificate): Bag {
  return {
    id: one.id,
    certificate: one.certificate,
    csr: one.csr,
    hostnames: one.hostnames,
    expires_on: one.expiresOn,
    request_type: one.requestType,
    requested_validity: one.requestedValidity,
  };
}
