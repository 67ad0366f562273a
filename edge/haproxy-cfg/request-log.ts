import type { SiteConfig } from '../../config/site-config';
import { requestSampleFormat } from '../request-sample';
import { backendName } from './backend-name';
import { serviceNodes } from './slot-backend';

/** Name of the ring in each worker's memory that holds its last requests, for `show events`. */
export const requestRing = 'canary';

/** What the ring holds at least: 10 s of 1,500 requests/s, which is more than three small machines serve. */
const ringRequests = 15_000;

/** The most of a path that a line names, in bytes. */
const pathBytes = 200;

/** Longest line of the ring, in bytes; longer ones would lose their end, where the sample is. */
const lineBytes = 512;

/**
 * Where the edges log to: every request into the ring, from where `RuntimeApi.requestSamples` reads it; failed requests
 * and what HAProxy says of the servers' health to the container's output as well. A proxy has one format only, so they
 * are told apart by level, which `option log-separate-errors` raises to err for what `option dontlog-normal` would log.
 */
export function logTargets(): string[] {
  return ['  log stdout format raw local0 notice', `  log ring@${requestRing} format raw local0 info`];
}

/** The frontend's part of it. A line of a failed request says whose it was; the query, which may hold secrets, is left out. */
export function requestLog(): string[] {
  const asked = `%[var(txn.client)] %[capture.req.method,bytes(0,16)] %[capture.req.uri,field(1,?),bytes(0,${pathBytes})]`;
  return [
    '  option log-separate-errors',
    `  log-format "%[var(txn.failed)] ${requestSampleFormat}"`,
    `  http-after-response set-var-fmt(txn.failed) "${asked}" if { status ge 500 }`,
  ];
}

/** A sample's line without its names, in bytes, at the very most: its 8 numbers, what stands between, and HAProxy's own 3. */
const sampleBytes = 80;

/** The ring: 1.4 MB with short names, once in each worker, so twice while an old one still finishes its requests. */
export function ringSection(site: SiteConfig): string[] {
  const longest = (names: string[]) => Math.max(0, ...names.map((name) => name.length));
  const names =
    longest(site.services.map(({ name }) => backendName(name, 'green'))) +
    longest(site.services.flatMap((service) => serviceNodes(site, service).map(({ name }) => name)));
  return [
    `ring ${requestRing}`,
    '  format raw',
    `  maxlen ${lineBytes}`,
    `  size ${ringRequests * (sampleBytes + names)}`,
    '',
  ];
}
