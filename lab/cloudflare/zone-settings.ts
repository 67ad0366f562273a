import { isBag } from '../plugins/provider/is-bag';
import type { Bag, Json } from '../plugins/provider/json';
import { ApiError, noRoute } from './api-error';
import { findZone } from './find-zone';
import type { Route } from './request';
import type { StoredZone } from './state';

const onOff = ['on', 'off'];

/** The settings that can be read and changed here: what each may be, and what a new zone has (the client's types). */
const known: Record<string, { allowed: Json[]; initial: Json }> = {
  ssl: { allowed: ['off', 'flexible', 'full', 'strict', 'origin_pull'], initial: 'full' },
  min_tls_version: { allowed: ['1.0', '1.1', '1.2', '1.3'], initial: '1.0' },
  always_use_https: { allowed: onOff, initial: 'off' },
  automatic_https_rewrites: { allowed: onOff, initial: 'on' },
  opportunistic_encryption: { allowed: onOff, initial: 'on' },
  tls_1_3: { allowed: ['on', 'off', 'zrt'], initial: 'on' },
  tls_client_auth: { allowed: onOff, initial: 'off' },
  http3: { allowed: onOff, initial: 'on' },
  websockets: { allowed: onOff, initial: 'on' },
};

const path = '/zones/:zone/settings/:setting';

/** A zone's settings, one at a time. */
export const zoneSettingRoutes: Route[] = [
  {
    method: 'GET',
    path,
    needs: 'zone-settings:edit',
    handle({ state, parts }) {
      const zone = findZone(state, parts['zone']!);
      return { result: answered(zone, parts['setting']!) };
    },
  },
  {
    method: 'PATCH',
    path,
    needs: 'zone-settings:edit',
    handle({ state, parts, body, now }) {
      const zone = findZone(state, parts['zone']!);
      const id = parts['setting']!;
      const { allowed } = setting(id);
      const value = isBag(body) ? body['value'] : undefined;
      if (value === undefined || !allowed.includes(value)) {
        const message = `Invalid value for zone setting ${id}`;
        throw new ApiError(400, { code: 1007, message });
      }
      zone.settings[id] = { value, modifiedOn: now.toISOString() };
      return { result: answered(zone, id) };
    },
  },
];

function setting(id: string) {
  const found = known[id];
  // The API says "Undefined zone setting" (1006) for a name that it does not know.
  if (found === undefined) throw id === '' ? noRoute(path) : undefinedSetting(id);
  return found;
}

function undefinedSetting(id: string): ApiError {
  return new ApiError(400, { code: 1006, message: `Undefined zone setting: ${id}` });
}

function answered(zone: StoredZone, id: string): Bag {
  const { initial } = setting(id);
  const stored = zone.settings[id];
  return { id, value: stored?.value ?? initial, editable: true, modified_on: stored?.modifiedOn ?? null };
}
