import { scryptSync } from 'node:crypto';
import type { SlotName } from '../config/site-config';

/** scrypt's cost: about 50 ms a guess on a small machine, so that the suffix of a name gives no weak secret away (RFC 7914). */
const cost = { N: 16_384, r: 8, p: 1 };

/**
 * Name of the Swarm secret that a slot gets: `<secret>-<12 hex digits of service, slot and content>`. Swarm secrets
 * can't be changed, so another content needs another name; and each slot has its own, so that a rotation goes through
 * the idle slot like a release and the live one keeps what it has. At most 53 characters; Docker allows 64.
 */
export function slotSecretName(service: string, slot: SlotName, secret: string, content: string): string {
  return contentName(`${service}/${slot}`, secret, content);
}

/** The same for any owner of a secret. */
export function contentName(owner: string, secret: string, content: string): string {
  return `${secret}-${scryptSync(content, `${owner}/${secret}`, 6, cost).toString('hex')}`;
}
