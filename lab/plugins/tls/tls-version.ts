/** The version of the official tls plugin that the stand-in stands in for. */
export const TLS_VERSION = '5.6.1';
