/** The key types that OpenSSH makes for a host (`ssh-keygen -A`). */
export const HOST_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const;

/**
 * Whether `text` is a host's whole public key, `<type> <base64>`, and its base64 part says the same type
 * (RFC 4253, section 6.6: length-prefixed fields, the type first). A key that was cut off while copying is none.
 */
export function isHostKey(text: string): boolean {
  const [type = '', base64 = '', ...rest] = text.split(' ');
  const blob = Buffer.from(base64, 'base64');
  const fields = lengthPrefixedFields(blob);
  return (
    rest.length === 0 &&
    HOST_KEY_TYPES.some((known) => known === type) &&
    blob.toString('base64') === base64 &&
    fields !== undefined &&
    fields.length > 1 &&
    fields[0]?.toString('latin1') === type
  );
}

function lengthPrefixedFields(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    const start = at + 4;
    if (start > blob.length) return undefined;
    at = start + blob.readUInt32BE(at);
    if (at > blob.length) return undefined;
    fields.push(blob.subarray(start, at));
  }
  return fields;
}
