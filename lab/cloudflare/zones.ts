import { createHash } from 'node:crypto';
import type { Bag } from '../plugins/provider/json';
import { findZone } from './find-zone';
import { page } from './page';
import type { Route } from './request';
import type { StoredZone } from './state';

/** Zones a page: 20, and 50 at most (Cloudflare's API reference, List Zones). */
const sizes = { standard: 20, most: 50 };

/** Looking zones up, by name or ID. */
export const zoneRoutes: Route[] = [
  {
    method: 'GET',
    path: '/zones',
    needs: 'zone:read',
    handle({ state, query }) {
      const name = query.get('name')?.toLowerCase();
      const status = query.get('status');
      const found = state.zones.filter(
        (zone) => (name === undefined || zone.name === name) && (status === null || status === 'active'),
      );
      return page(found.map(answered), query, sizes);
    },
  },
  {
    method: 'GET',
    path: '/zones/:zone',
    needs: 'zone:read',
    handle: ({ state, parts }) => ({ result: answered(findZone(state, parts['zone']!)) }),
  },
];

/** A zone that nothing was done to. Its ID follows from its name, so that a lab that is made again has the same one. */
export function newZone(name: string, now: Date): StoredZone {
  const id = createHash('sha256').update(`zone ${name}`).digest('hex').slice(0, 32);
  const createdOn = now.toISOString();
  return { id, name, createdOn, settings: {}, originPulls: false, hostnamePulls: {}, records: [] };
}

function answered({ id, name, createdOn }: StoredZone): Bag {
  return {
    id,
    name,
    status: 'active',
    paused: false,
    type: 'full',
    development_mode: 0,
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    modified_on: createdOn,
    created_on: createdOn,
    activated_on: createdOn,
    meta: { step: 4, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: 'user', email: null },
    account: { id: '0'.repeat(32), name: 'Evenkeel lab' },
    permissions: ['#zone:read', '#dns_records:edit', '#zone_settings:edit', '#ssl:edit'],
    plan: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, is_subscribed: false },
  };
}
