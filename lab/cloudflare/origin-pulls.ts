import { isBag } from '../plugins/provider/is-bag';
import type { Bag } from '../plugins/provider/json';
import { ApiError } from './api-error';
import { findZone } from './find-zone';
import type { Route } from './request';

const path = '/zones/:zone/origin_tls_client_auth';

/** Authenticated Origin Pulls: whether Cloudflare shows the origin a client certificate, for a zone and for single hostnames. */
export const originPullRoutes: Route[] = [
  {
    method: 'GET',
    path: `${path}/settings`,
    needs: 'ssl:edit',
    handle: ({ state, parts }) => ({ result: { enabled: findZone(state, parts['zone']!).originPulls } }),
  },
  {
    method: 'PUT',
    path: `${path}/settings`,
    needs: 'ssl:edit',
    handle({ state, parts, body }) {
      const zone = findZone(state, parts['zone']!);
      const enabled = isBag(body) ? body['enabled'] : undefined;
      if (typeof enabled !== 'boolean') throw refused('enabled must be true or false.');
      zone.originPulls = enabled;
      return { result: { enabled } };
    },
  },
  {
    method: 'PUT',
    path: `${path}/hostnames`,
    needs: 'ssl:edit',
    handle({ state, parts, body, now }) {
      const zone = findZone(state, parts['zone']!);
      const entries = isBag(body) && Array.isArray(body['config']) ? body['config'].filter(isBag) : [];
      if (entries.length === 0) throw refused('config must name at least one hostname.');
      // Checked first, so that a wrong entry leaves the others as they are.
      const named = entries.map((entry) => {
        const { hostname, enabled = null } = entry;
        const certificate = entry['cert_id'];
        const inZone = (name: string) => name === zone.name || name.endsWith(`.${zone.name}`);
        if (typeof hostname !== 'string' || !inZone(hostname)) {
          throw refused(`The hostname ${JSON.stringify(hostname ?? null)} is not in the zone.`);
        }
        return { hostname, enabled, certificate: typeof certificate === 'string' ? certificate : null };
      });
      const result = named.map(({ hostname, enabled, certificate }) => {
        const stored: Bag = {
          hostname,
          enabled,
          cert_id: certificate,
          status: 'active',
          cert_status: 'active',
          created_at: zone.hostnamePulls[hostname]?.['created_at'] ?? now.toISOString(),
          updated_at: now.toISOString(),
        };
        // Null takes the association away.
        if (enabled === null) delete zone.hostnamePulls[hostname];
        else zone.hostnamePulls[hostname] = stored;
        return stored;
      });
      return { result };
    },
  },
  {
    method: 'GET',
    path: `${path}/hostnames/:hostname`,
    needs: 'ssl:edit',
    handle({ state, parts }) {
      const found = findZone(state, parts['zone']!).hostnamePulls[parts['hostname']!];
      if (found === undefined) {
        throw new ApiError(404, { code: 1404, message: 'The hostname has no association.' });
      }
      return { result: found };
    },
  },
];

/** The codes of this part of the API are not documented; 1400 is the one that its refusals are grouped under here. */
function refused(message: string): ApiError {
  return new ApiError(400, { code: 1400, message });
}
