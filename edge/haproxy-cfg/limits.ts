import type { ServiceConfig, SiteConfig } from '../../config/site-config';
import { quoted } from './quoted';

/** When a client that was turned away may come back, in s: an overload is over as soon as there are fewer clients. */
const retryAfter = 1;

const tooBusy = `content-type text/plain hdr retry-after ${retryAfter} hdr cache-control no-store string ${quoted('busy or out of order, please try again\n')}`;

/** Longest that a client may take for a request's head, in ms: HAProxy's advice against slow ones (`timeout http-request`). */
const longestHead = 10_000;

/** Longest that a kept-alive connection may idle, in ms: at 4000 connections, room for 266 new clients a second. */
const longestIdle = 15_000;

/** Share of the edge's connections that get answers; what comes beyond is told so at once. */
const served = 0.9;

/** The part of `defaults`: what every 503 of an edge's own says, and how long clients may dawdle. */
export function clientLimits({ edge }: SiteConfig): string[] {
  const { client } = edge.timeouts;
  return [
    `  timeout http-request ${Math.min(client, longestHead)}ms`,
    `  timeout http-keep-alive ${Math.min(client, longestIdle)}ms`,
    `  http-error status 503 ${tooBusy}`,
  ];
}

/**
 * The frontend's part. At its limit of connections HAProxy takes no more, and clients would wait for nothing; so a tenth of
 * them is kept for telling who comes then.
 */
export function turnAway({ edge }: SiteConfig): string[] {
  const isFull = `{ fe_conn gt ${Math.floor(edge.limits.maxConnections * served)} }`;
  return [
    // Under an overload a line for each would fill the disk.
    `  http-request set-log-level silent if ${isFull}`,
    `  http-request return status 503 hdr connection close ${tooBusy} if ${isFull}`,
  ];
}

/**
 * The part of a slot's backend. A server gets no more requests at the same time than it can do; some more wait, for a short
 * while; the others are told at once, so that those who wait are served soon.
 */
export function backendLimits(backend: string, { limits }: ServiceConfig): string[] {
  // HAProxy rounds the average up, so that one more waits than the queue has places.
  const isFull =
    limits.queue > 0 ? `{ avg_queue(${backend}) gt ${limits.queue} }` : `{ be_conn_free(${backend}) le 0 }`;
  return [
    `  timeout queue ${limits.queueTimeout}ms`,
    `  http-request set-log-level silent if ${isFull}`,
    `  http-request deny deny_status 503 if ${isFull}`,
  ];
}

/** The part of `default-server`. */
export function serverLimits({ limits }: ServiceConfig): string {
  return `maxconn ${limits.maxConnections}`;
}
