import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { RegistryCertificate } from '../lab/certificates';
import { digestOf } from './manifest';

/** A request that the stand-in got. */
export interface Received {
  method: string;
  /** With its query. */
  path: string;
  authorization: string | undefined;
  body: string;
}

/** How it lets people in. */
export type Login =
  | { kind: 'none' }
  | { kind: 'basic'; user: string; password: string }
  /** Tokens by GET with Basic (anonymous without `user`) or by POST with `identityToken`; `realm` default: its own /token. */
  | { kind: 'token'; user?: string; password?: string; identityToken?: string; realm?: string };

/**
 * For specs: a stand-in of a registry (OCI distribution specification: manifests, blobs, tags/list, token login), on a
 * free port of 127.0.0.1. Not a registry: it keeps what it is given in memory and checks only what is said here.
 */
export class RegistryStandIn {
  private static readonly running = new Set<RegistryStandIn>();

  readonly received: Received[] = [];
  login: Login = { kind: 'none' };
  /** What the tokens that it gives out allow; the default gives what is asked for. */
  granted: (scopes: string[]) => string[] = (scopes) => scopes;
  /** Answers in the place of the registry; false: it does not. */
  intercept: (request: Received, answer: ServerResponse) => boolean = () => false;
  readonly manifests = new Map<string, { mediaType: string; bytes: Buffer }>();
  readonly tags = new Map<string, string>();
  readonly blobs = new Map<string, Buffer>();
  /** Scopes by token. */
  private readonly tokens = new Map<string, string[]>();

  private constructor(
    private readonly server: Server,
    private readonly protocol: 'http' | 'https',
  ) {}

  /** @param certificate left out: it speaks plain HTTP */
  static async start(certificate?: RegistryCertificate): Promise<RegistryStandIn> {
    const server = certificate
      ? createHttps({
          cert: readFileSync(certificate.certificateFile),
          key: readFileSync(certificate.keyFile),
        })
      : createHttp();
    const started = new RegistryStandIn(server, certificate ? 'https' : 'http');
    server.on('request', (request, answer) => void started.answer(request, answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    RegistryStandIn.running.add(started);
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `${this.protocol}://${this.host}`;
  }

  /** Stops all that were started, so that a test that fails halfway leaves none behind. */
  static async stopAll(): Promise<void> {
    for (const { server } of RegistryStandIn.running) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
    RegistryStandIn.running.clear();
  }

  /** Keeps a manifest, under a tag if one is given; returns its digest. */
  addManifest(mediaType: string, content: object, tag?: string): string {
    const bytes = Buffer.from(JSON.stringify(content, null, 3)); // spacing that no re-serialisation would bring back
    const digest = digestOf(bytes);
    this.manifests.set(digest, { mediaType, bytes });
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  /** Keeps a blob; returns its digest. */
  addBlob(content: object): string {
    const bytes = Buffer.from(JSON.stringify(content));
    this.blobs.set(digestOf(bytes), bytes);
    return digestOf(bytes);
  }

  /** Method and path of all that was received, without the first look for TLS. */
  get log(): string[] {
    return this.received.filter(({ path }) => path !== '/v2/').map(({ method, path }) => `${method} ${path}`);
  }

  private async answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: (await buffer(request)).toString('utf8'),
    };
    this.received.push(received);
    if (this.intercept(received, answer)) return;
    const url = new URL(received.path, this.origin);
    if (url.pathname === '/token') this.giveToken(received, url, answer);
    else if (!this.letsIn(received)) this.challenge(received, answer);
    else this.serve(received, request.headers['content-type'] ?? '', url, answer);
  }

  private giveToken(received: Received, url: URL, answer: ServerResponse): void {
    const { login } = this;
    const form = new URLSearchParams(received.body);
    const allowed =
      login.kind === 'token' &&
      (received.method === 'POST'
        ? login.identityToken !== undefined && form.get('refresh_token') === login.identityToken
        : login.user === undefined || received.authorization === basicOf(login.user, login.password));
    if (!allowed) return void json(answer, received.method === 'POST' ? 400 : 401, { errors: [] });
    const scopes =
      received.method === 'POST' ? (form.get('scope') ?? '').split(' ') : url.searchParams.getAll('scope');
    const token = `token-${this.tokens.size + 1}`;
    this.tokens.set(token, this.granted(scopes));
    json(answer, 200, received.method === 'POST' ? { access_token: token } : { token });
  }

  private letsIn({ method, path, authorization }: Received): boolean {
    const { login } = this;
    if (login.kind === 'none') return true;
    if (login.kind === 'basic') return authorization === basicOf(login.user, login.password);
    const repository = /^\/v2\/(.+)\/(manifests|blobs|tags)\//.exec(path)?.[1];
    const action = method === 'PUT' ? 'push' : 'pull';
    return (this.tokens.get(authorization?.replace('Bearer ', '') ?? '') ?? []).some((scope) => {
      const [, name, actions = ''] = scope.split(':');
      return name === repository && actions.split(',').includes(action);
    });
  }

  private challenge({ method, path }: Received, answer: ServerResponse): void {
    const { login } = this;
    const repository = /^\/v2\/(.+)\/(manifests|blobs|tags)\//.exec(path)?.[1];
    const realm = (login.kind === 'token' && login.realm) || `${this.origin}/token`;
    const scope = `repository:${repository}:${method === 'PUT' ? 'pull,push' : 'pull'}`;
    const header =
      login.kind === 'basic'
        ? 'Basic realm="stand-in"'
        : `Bearer realm="${realm}",service="stand-in",scope="${scope}"`;
    answer.setHeader('www-authenticate', header);
    json(answer, 401, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  }

  private serve(received: Received, contentType: string, url: URL, answer: ServerResponse): void {
    const [, kind, reference = ''] = /\/(manifests|blobs|tags)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (kind === 'tags') return void json(answer, 200, { name: 'shop', tags: [...this.tags.keys()] });
    if (kind === 'manifests' && received.method === 'PUT') {
      const bytes = Buffer.from(received.body);
      const digest = digestOf(bytes);
      this.manifests.set(digest, { mediaType: contentType, bytes });
      this.tags.set(reference, digest);
      answer.setHeader('docker-content-digest', digest);
      return void json(answer, 201, {});
    }
    if (kind === 'manifests') {
      const digest = this.tags.get(reference) ?? reference;
      const manifest = this.manifests.get(digest);
      if (manifest) {
        answer.setHeader('docker-content-digest', digest);
        return void answer.writeHead(200, { 'content-type': manifest.mediaType }).end(manifest.bytes);
      }
    }
    const blob = this.blobs.get(reference);
    if (kind === 'blobs' && blob) return void answer.writeHead(200).end(blob);
    json(answer, 404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
  }
}

/** The Authorization header of a password. */
export function basicOf(user: string, password = ''): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function json(answer: ServerResponse, status: number, content: object): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
