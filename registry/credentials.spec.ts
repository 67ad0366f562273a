import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askCredentialHelper } from './credential-helper';
import { findCredentials } from './credentials';
import { messageOf } from './message-of.fixture';
import { Operator } from './operator.fixture';

const host = 'registry.example.com:5000';
const secret = 'hunter-2';
const auth = Buffer.from(`ann:${secret}`).toString('base64');
const login = { kind: 'password', username: 'ann', password: secret };

let operator: Operator;
beforeAll(async () => {
  operator = await Operator.make();
});
afterEach(() => operator.logOut());
afterAll(() => operator.remove());

const find = (of = host, more: NodeJS.ProcessEnv = {}) =>
  findCredentials(of, { ...operator.settings.env, ...more });

describe('findCredentials in the config itself', () => {
  it('finds none without a config', async () => {
    expect(await find()).toBeUndefined();
  });

  it('finds none in a config without this registry, as Docker Desktop leaves it, or of nulls', async () => {
    for (const config of [
      {},
      { auths: { 'registry.example.com': { auth } } },
      { auths: { [host]: {} } },
      { auths: null, credsStore: '', credHelpers: null },
    ]) {
      operator.dockerConfig(config);
      expect(await find()).toBeUndefined();
    }
  });

  it.each([host, `https://${host}`, `http://${host}/v1/`])('finds the login filed under %s', async (key) => {
    operator.dockerConfig({ auths: { [key]: { auth } } });
    expect(await find()).toEqual(login);
  });

  it("finds Docker Hub's", async () => {
    operator.dockerConfig({ auths: { 'https://index.docker.io/v1/': { auth } } });
    expect(await find('registry-1.docker.io')).toEqual(login);
  });

  it('takes what stands behind the first colon for the password, without NULs at its end', async () => {
    operator.dockerConfig({ auths: { [host]: { auth: Buffer.from('ann:a:b\0\0').toString('base64') } } });
    expect(await find()).toEqual({ kind: 'password', username: 'ann', password: 'a:b' });
  });

  it('finds an identity token', async () => {
    operator.dockerConfig({ auths: { [host]: { auth: 'YW5uOg==', identitytoken: 'refresh-me' } } });
    expect(await find()).toEqual({ kind: 'identity token', token: 'refresh-me' });
  });

  it('reads $DOCKER_CONFIG', async () => {
    const folder = join(operator.home, 'other');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    expect(await find(host, { DOCKER_CONFIG: folder })).toEqual(login);
  });

  it.each([`{ "auths": { "${host}": { "auth": "${auth}" `, `{ "auths": "${auth}" }`])(
    'names a broken config without quoting it (%#)',
    async (content) => {
      operator.dockerConfig(content);
      const message = await messageOf(find());
      expect(message).toMatch(/^.*\.docker\/config\.json, where Docker keeps logins, is not/);
      expect(message).not.toContain(auth.slice(0, 4));
    },
  );

  it('names a login that is no user:password, without quoting it', async () => {
    operator.dockerConfig({ auths: { [host]: { auth: Buffer.from(secret).toString('base64') } } });
    const message = await messageOf(find());
    expect(message).toContain(`auths["${host}"].auth is not the base64 of user:password`);
    expect(message).not.toContain(secret);
  });
});

describe('findCredentials with a credential helper', () => {
  const answer = `echo '{"ServerURL":"x","Username":"ann","Secret":"${secret}"}'`;

  it('asks the one for this registry first, then the one for all; with the host on standard input', async () => {
    const asked = join(operator.home, 'asked');
    operator.credentialHelper('one', `printf '%s ' "$@" >>${asked}; cat >>${asked}; ${answer}`);
    operator.credentialHelper('all', 'echo "credentials not found in native keychain"; exit 1');
    operator.dockerConfig({ credHelpers: { [host]: 'one' }, credsStore: 'all', auths: { [host]: { auth } } });
    expect(await find()).toEqual(login);
    expect(readFileSync(asked, 'utf8')).toBe(`get ${host}`);
    expect(await find('other.example.com')).toBeUndefined();
  });

  it('asks for Docker Hub by its old name', async () => {
    operator.credentialHelper('all', `[ "$(cat)" = https://index.docker.io/v1/ ] && ${answer}`);
    operator.dockerConfig({ credsStore: 'all' });
    expect(await find('registry-1.docker.io')).toEqual(login);
  });

  it('knows an identity token by its user', async () => {
    operator.credentialHelper('all', `echo '{"Username":"<token>","Secret":"refresh-me"}'`);
    operator.dockerConfig({ credsStore: 'all' });
    expect(await find()).toEqual({ kind: 'identity token', token: 'refresh-me' });
  });

  it.each([
    ['fails', `${answer}; echo ${secret} >&2; exit 3`, 'failed (exit code 3)'],
    ['says something else', `echo ${secret}`, 'gave an answer that is no login'],
  ])('names one that %s, and does not repeat what it said', async (_, script, words) => {
    operator.credentialHelper('all', script);
    operator.dockerConfig({ credsStore: 'all' });
    const message = await messageOf(find());
    expect(message).toContain(`docker-credential-all ${words} when asked for ${host}`);
    expect(message).not.toContain(secret);
  });

  it('names one that is not installed', async () => {
    operator.dockerConfig({ credsStore: 'absent' });
    await expect(find()).rejects.toThrow("docker-credential-absent can't be run (ENOENT)");
  });

  it('does not wait for ever for one, nor for what it started', async () => {
    operator.credentialHelper('slow', 'sleep 20; :');
    const began = performance.now();
    await expect(askCredentialHelper('slow', host, operator.settings.env!, 300)).rejects.toThrow(
      'docker-credential-slow did not end within 0.3 s',
    );
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('runs nothing outside PATH', async () => {
    operator.dockerConfig({ credsStore: '../bin/x' });
    await expect(find()).rejects.toThrow('"../bin/x" has no valid name');
  });
});
