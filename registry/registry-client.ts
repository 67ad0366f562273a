import { accessRefused, type Actions } from './access-refused';
import { parseChallenges } from './challenge';
import type { ClientSettings } from './client-settings';
import { findCredentials, type Credentials } from './credentials';
import type { Answer, Request, Transport } from './exchange';
import { serverWords, unexpectedAnswer } from './failure';
import { basic, fetchToken } from './fetch-token';
import { follow, type Followed } from './follow';
import { parseRepository, type Repository } from './parse-repository';
import { registryOrigin } from './registry-origin';
import { secureContextFor } from './trusted-certificates';

/**
 * A repository's part of the registry HTTP API v2. Logs in when the registry asks for it, with what `docker login` left.
 * Trusts the certificates that Docker trusts for this registry, also where it sends us for tokens and content.
 */
export class RegistryClient {
  private readonly repository: Repository;
  private readonly env: NodeJS.ProcessEnv;
  private readonly transport: Transport;
  private origin: Promise<string> | undefined;
  private authorization: string | undefined;
  /** Whether Docker has a login; undefined until the registry asks for one. */
  private isKnown: boolean | undefined;

  /**
   * @param name the repository's, without tag and digest
   * @param actions what the login must allow
   * @throws Error when the name is none
   */
  constructor(
    readonly name: string,
    private readonly actions: Actions,
    settings: ClientSettings = {},
  ) {
    this.repository = parseRepository(name);
    this.env = settings.env ?? process.env;
    this.transport = {
      secureContext: secureContextFor(this.repository.host, this.env),
      timeoutMs: settings.timeoutMs ?? 10_000,
      pausesMs: settings.pausesMs ?? [500, 1_000, 2_000],
    };
  }

  /**
   * Reads a resource, following redirects.
   * @param resource below the repository: `manifests/1.5.0`
   * @returns undefined when there is no such thing (HTTP status 404)
   * @throws Error on any other status than 200
   */
  async get(resource: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer | undefined> {
    const answer = await this.ask('GET', resource, headers);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.unexpected(resource, answer);
    return answer;
  }

  /**
   * Writes a resource.
   * @throws Error when the registry does not take it
   */
  async put(resource: string, contentType: string, body: Buffer): Promise<void> {
    const answer = await this.ask('PUT', resource, { 'content-type': contentType }, body);
    if (answer.status < 200 || answer.status > 299) throw this.unexpected(resource, answer);
  }

  private async ask(
    method: Request['method'],
    resource: string,
    headers: Readonly<Record<string, string>>,
    body?: Buffer,
  ): Promise<Answer> {
    const { host, path } = this.repository;
    const origin = await (this.origin ??= registryOrigin(host, this.transport));
    const attempt = (): Promise<Followed> =>
      follow(
        {
          method,
          url: new URL(`/v2/${path}/${resource}`, origin),
          headers: this.authorization ? { ...headers, authorization: this.authorization } : headers,
          ...(body && { body }),
        },
        this.transport,
      );
    let followed = await attempt();
    // Only the registry itself may say where logins go, not a host that it sends us on to.
    if (followed.answer.status === 401 && followed.origin === origin) {
      this.authorization = await this.logIn(followed.answer);
      followed = await attempt();
    }
    const { answer } = followed;
    if (followed.origin !== origin && answer.status >= 400) {
      const asked = `${new URL(followed.origin).host}, where ${host} sends us, for ${resource} of ${this.name}`;
      throw unexpectedAnswer(asked, answer, serverWords(answer));
    }
    if (answer.status === 401 || answer.status === 403)
      throw this.refused(answer.status, serverWords(answer));
    return answer;
  }

  /** The Authorization header that answers the registry's challenge. */
  private async logIn(answer: Answer): Promise<string> {
    const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '');
    const credentials = await findCredentials(this.repository.host, this.env);
    this.isKnown = credentials !== undefined;
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
    );
    if (bearer) return `Bearer ${await this.bearerToken(bearer.parameters, credentials)}`;
    if (challenges.some(({ scheme }) => scheme === 'basic') && credentials?.kind === 'password') {
      return basic(credentials);
    }
    throw this.refused(answer.status, serverWords(answer));
  }

  private async bearerToken(
    parameters: ReadonlyMap<string, string>,
    credentials: Credentials | undefined,
  ): Promise<string> {
    const { host, path } = this.repository;
    const own = `repository:${path}:`;
    const asked = parameters.get('scope');
    // As Docker does, the token is for all that will be done; the challenge names the first step only.
    const scopes = [`${own}${this.actions}`, ...(asked && !asked.startsWith(own) ? [asked] : [])];
    const request = { realm: parameters.get('realm')!, service: parameters.get('service'), scopes };
    const result = await fetchToken(request, credentials, host, this.transport);
    if ('token' in result) return result.token;
    throw this.refused(result.refused, []);
  }

  private refused(status: number, words: readonly string[]): Error {
    return accessRefused(this.repository, this.actions, this.isKnown, [`HTTP status ${status}`, ...words]);
  }

  private unexpected(resource: string, answer: Answer): Error {
    const asked = `the registry ${this.repository.host} for ${resource} of ${this.name}`;
    return unexpectedAnswer(asked, answer, serverWords(answer));
  }
}
