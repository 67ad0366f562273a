import { httpsPort } from '../../config/https-port';
import type { SiteConfig } from '../../config/site-config';
import { certificateFile, originPullsFile, readinessPath } from '../edge-paths';
import { quoted } from './quoted';

/** Port that HAProxy listens on inside its container for TLS; the edge's public one is published to it. */
export const edgeContainerTlsPort = 8443;

/**
 * Mozilla's Server Side TLS guideline 5.8, profile "intermediate" (ssl-config.mozilla.org/guidelines/5.8.json): TLS 1.2 and
 * 1.3, and of 1.2 only what has forward secrecy and authenticated encryption. All are good, so the client chooses: a phone
 * without AES in hardware takes ChaCha20.
 */
const profile = {
  ciphers: [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'DHE-RSA-AES128-GCM-SHA256',
    'DHE-RSA-AES256-GCM-SHA384',
    'DHE-RSA-CHACHA20-POLY1305',
  ],
  ciphersuites: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  curves: ['X25519', 'prime256v1', 'secp384r1'],
  /** In bits. */
  dhSize: 2048,
};

const secondsPerDay = 86_400;

/** The part of the section `global`. */
export function tlsGlobal({ edge }: SiteConfig): string[] {
  return edge.tls ? [`  tune.ssl.default-dh-param ${profile.dhSize}`] : [];
}

/**
 * The frontend's second `bind`. Without session tickets, as Mozilla's generator has it for HAProxy: a ticket that one edge gives
 * is no use at another one, unless they share keys, which would have to be made, kept secret and rotated; and a key that gets
 * lost opens what was recorded. A client that comes back to the same worker finds its session in the worker's memory, one that
 * comes to another edge does a whole handshake: always right, and a round trip longer at most.
 */
export function tlsBind({ edge }: SiteConfig): string[] {
  const { tls } = edge;
  if (!tls) return [];
  return [
    [
      `  bind :${edgeContainerTlsPort} ssl crt ${certificateFile} alpn h2,http/1.1`,
      `ssl-min-ver TLSv1.2 prefer-client-ciphers no-tls-tickets curves ${profile.curves.join(':')}`,
      `ciphers ${profile.ciphers.join(':')} ciphersuites ${profile.ciphersuites.join(':')}`,
      ...(tls.originPulls ? [`verify required ca-file ${originPullsFile}`] : []),
    ].join(' '),
  ];
}

/** Tells browsers to come by TLS only. Not over plain HTTP, where anybody on the way could say it (RFC 6797, 7.2). */
export function hsts({ edge }: SiteConfig): string[] {
  if (!edge.tls) return [];
  const { maxAge, includeSubDomains, preload } = edge.tls.hsts;
  const directives = [
    `max-age=${maxAge * secondsPerDay}`,
    ...(includeSubDomains ? ['includeSubDomains'] : []),
    ...(preload ? ['preload'] : []),
  ];
  const header = 'strict-transport-security';
  return [
    `  http-after-response set-header ${header} ${quoted(directives.join('; '))} if { ssl_fc } !{ res.hdr(${header}) -m found }`,
  ];
}

/**
 * Sends who came by plain HTTP to HTTPS, once it is known how the client came (`x-forwarded-proto`): a request that a trusted proxy
 * took over TLS is none, and so is one that another edge passes on. The readiness is answered as it was asked for; so is the
 * generation, further up.
 */
export function toHttps({ edge }: SiteConfig): string[] {
  if (!edge.tls?.redirect) return [];
  const port = httpsPort(edge);
  const authority = `%[req.hdr(host),host_only]${port === 443 ? '' : `:${port}`}`;
  return [
    `  http-request redirect prefix https://${authority} code 308 unless { req.fhdr(x-forwarded-proto) -m str https } or { path ${readinessPath} }`,
  ];
}

/** The scheme of the site's addresses in a redirect: the one that the client came by. */
export function schemeOf({ edge }: Pick<SiteConfig, 'edge'>): string {
  return edge.tls ? '%[req.hdr(x-forwarded-proto)]' : 'http';
}

/** What a cookie of the edges' own has behind its other attributes. */
export function secureCookie({ edge }: Pick<SiteConfig, 'edge'>): string {
  return edge.tls?.redirect ? '; Secure' : '';
}
