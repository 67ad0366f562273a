/** The version of the official cloudflare plugin that the stand-in stands in for. */
export const CLOUDFLARE_VERSION = '6.22.1';
