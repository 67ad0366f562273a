/** How a text for people is written. */
export interface TextOptions {
  colours: boolean;
  /** IANA name, e.g. `Europe/Berlin`; default: that of this machine. */
  timeZone?: string;
}

/** The first 12 hex digits of a digest, as `docker` shows IDs. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** A text with each whole digest in it as version and short digest, or the short digest alone where nobody knows a version. */
export function withShortDigests(text: string, versions: ReadonlyMap<string, string> = new Map()): string {
  return text.replace(/sha256:[0-9a-f]{64}/g, (digest) => {
    const version = versions.get(digest);
    return version ? `${version} (${shortDigest(digest)})` : shortDigest(digest);
  });
}

/** A time for people, `2026-08-01 14:03:22`. @param iso ISO 8601. A text that is no time is given back as it is. */
export function localTime(iso: string, timeZone?: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  // Sweden writes times as ISO 8601 does, with a space for the T.
  return time.toLocaleString('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone && { timeZone }),
  });
}
