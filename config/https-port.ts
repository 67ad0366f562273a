/** HTTPS' own port (IANA). */
const ordinary = 443;

/** The port on which the edges speak TLS: that of the config, else HTTPS' own. */
export function httpsPort({ ports }: { ports?: { https?: number } }): number {
  return ports?.https ?? ordinary;
}
