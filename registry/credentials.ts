import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { dockerConfigFile } from './client-settings';
import { askCredentialHelper } from './credential-helper';
import { parseJson } from './parse-json';
import { DOCKER_HUB_HOST } from './parse-repository';

/** A login to a registry. */
export type Credentials =
  | { kind: 'password'; username: string; password: string }
  /** A refresh token of OAuth 2, which buys access tokens where the registry sends us for them. */
  | { kind: 'identity token'; token: string };

// Docker reads null as left out, as all Go programs do.
const loginSchema = z.object({
  auth: z.string().nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  identitytoken: z.string().nullish(),
});
type Login = z.infer<typeof loginSchema>;

const configSchema = z.object({
  auths: z.record(z.string(), loginSchema.nullable()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

/** The name under which Docker files the login to a registry; Docker Hub's is older than the API. */
export function loginServer(host: string): string {
  return host === DOCKER_HUB_HOST ? 'https://index.docker.io/v1/' : host;
}

/**
 * Finds the login that `docker login` keeps for a registry: with the credential helper that Docker's config names for
 * it, or for all, else in the config itself.
 * @param host of the registry's API, with its port if it has one
 * @returns undefined when there is none
 * @throws Error when Docker's config can't be read or its credential helper fails
 */
export async function findCredentials(
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const config = readConfig(dockerConfigFile(env));
  const server = loginServer(host);
  const helper = config.credHelpers?.[server] ?? config.credsStore;
  if (helper) {
    const answer = await askCredentialHelper(helper, server, env);
    if (!answer) return undefined;
    return answer.Username === '<token>'
      ? { kind: 'identity token', token: answer.Secret }
      : { kind: 'password', username: answer.Username, password: answer.Secret };
  }
  // Older versions of Docker filed logins under URLs.
  const logins = Object.entries(config.auths ?? {});
  const login =
    logins.find(([key]) => key === server) ?? logins.find(([key]) => hostOf(key) === hostOf(server));
  return login?.[1] ? fromLogin(login[1], server, dockerConfigFile(env)) : undefined;
}

function fromLogin(login: Login, server: string, file: string): Credentials | undefined {
  if (login.identitytoken) return { kind: 'identity token', token: login.identitytoken };
  if (!login.auth) {
    const { username, password } = login;
    return username && password ? { kind: 'password', username, password } : undefined;
  }
  const decoded = Buffer.from(login.auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) {
    throw new Error(
      `${file}: auths[${JSON.stringify(server)}].auth is not the base64 of user:password. ` +
        'Log in anew with `docker login`.',
    );
  }
  // Docker has written passwords with NUL characters behind them (github.com/docker/cli, configfile: decodeAuth).
  const password = decoded.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'password', username: decoded.slice(0, colon), password };
}

function readConfig(file: string): z.infer<typeof configSchema> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new Error(`${file}, where Docker keeps logins, can't be read (${code ?? 'unknown'}).`);
  }
  const config = parseJson(content, configSchema);
  if (!config) {
    throw new Error(
      `${file}, where Docker keeps logins, is not the JSON that Docker writes. Repair it, or move it away and log in anew with \`docker login\`.`,
    );
  }
  return config;
}

function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
