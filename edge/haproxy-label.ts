import { gunzipSync, gzipSync } from 'node:zlib';

/** `haproxy.cfg` as the label holds it: gzip, then base64. Equal texts give equal labels (Node's gzip writes no time). */
export function encodeHaproxyLabel(cfg: string): string {
  return gzipSync(cfg, { level: 9 }).toString('base64');
}

/** The other way. @throws Error when the label is not gzip by base64. */
export function decodeHaproxyLabel(label: string): string {
  return gunzipSync(Buffer.from(label, 'base64')).toString('utf8');
}
