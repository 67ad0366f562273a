/** Whether `text` is one label of a DNS name in lower case (RFC 1123): `pi1`, `shop-2`. At most 63 characters. */
export function isDnsLabel(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/**
 * Whether `text` is a DNS name in lower case, of one or more labels and at most 253 characters, without a
 * trailing dot. The last label must not be a number: resolvers and browsers take such a name for an IPv4 address.
 */
export function isDnsName(text: string): boolean {
  const labels = text.split('.');
  return text.length <= 253 && labels.every(isDnsLabel) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
}
