import type { Bag, Json } from '../plugins/provider/json';

/** What a token may do; the names are those of Cloudflare's permission groups, shortened. */
export type Permission = 'zone:read' | 'dns:edit' | 'zone-settings:edit' | 'ssl:edit';

/** All that a token of ours ever needs. */
export const allPermissions: readonly Permission[] = [
  'zone:read',
  'dns:edit',
  'zone-settings:edit',
  'ssl:edit',
];

/** A zone: its own fields, its settings by name, and whether Cloudflare shows origins its client certificate. */
export interface StoredZone {
  id: string;
  name: string;
  createdOn: string;
  /** Setting by name; one that nobody has changed has the value of a new zone. */
  settings: Record<string, { value: Json; modifiedOn: string }>;
  originPulls: boolean;
  /** Origin pulls of single hostnames, by hostname. */
  hostnamePulls: Record<string, Bag>;
  records: StoredRecord[];
}

/** A DNS record, with the fields as the API answers them. */
export interface StoredRecord extends Bag {
  id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  proxied: boolean;
  comment: string | null;
  tags: string[];
  created_on: string;
  modified_on: string;
}

/** A certificate of the Origin CA; the ID is its serial number in decimal digits. */
export interface StoredCertificate {
  id: string;
  zoneId: string;
  certificate: string;
  csr: string;
  hostnames: string[];
  requestType: string;
  requestedValidity: number;
  expiresOn: string;
  revokedAt: string | null;
}

/** All that the stand-in keeps. */
export interface State {
  zones: StoredZone[];
  certificates: StoredCertificate[];
  /** The lab CA that signs origin certificates, PEM. */
  authority: { certificate: string; privateKey: string } | null;
  /** Calls of the API by the hour that they came in: `2026-11-27T20` in UTC. */
  callsByHour: Record<string, number>;
}

/** What there is before anything was asked for. */
export function emptyState(): State {
  return { zones: [], certificates: [], authority: null, callsByHour: {} };
}
