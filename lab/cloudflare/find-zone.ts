import { ApiError, noRoute } from './api-error';
import type { State, StoredZone } from './state';

/** The zone with this ID. @throws ApiError 7003 when there is none, as the API says it for an unknown or malformed ID */
export function findZone(state: State, id: string): StoredZone {
  const zone = state.zones.find((candidate) => candidate.id === id);
  if (zone === undefined) throw noRoute(`/client/v4/zones/${id}`);
  return zone;
}

/** The zone that a hostname is in: the one with the longest name. @throws ApiError 1010 as the Origin CA says it */
export function zoneOfHostname(state: State, hostname: string): StoredZone {
  const name = hostname.replace(/^\*\./, '').toLowerCase();
  const [zone] = state.zones
    .filter((candidate) => name === candidate.name || name.endsWith(`.${candidate.name}`))
    .sort((a, b) => b.name.length - a.name.length);
  if (zone === undefined) {
    const reason = 'This zone is either not part of your account, or you do not have access to it.';
    const message = `Failed to validate requested hostname ${hostname}: ${reason}`;
    throw new ApiError(400, { code: 1010, message });
  }
  return zone;
}
