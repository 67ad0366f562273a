import { randomBytes } from 'node:crypto';
import type { CheckCall, CheckFailure, Plugin } from '../provider/calls';
import { HalfDone } from '../provider/half-done';
import type { Bag, Json } from '../provider/json';
import { asSecret, UNKNOWN } from '../provider/special-value';
import type { Fields } from './attribute';
import { checkFailures } from './check-failures';
import { configs } from './configs';
import { diffAnswer } from './diff-answer';
import { DockerHost } from './docker-host';
import { DOCKER_VERSION } from './docker-version';
import { kept } from './kept';
import type { ManagedKind } from './managed-kind';
import { oneError } from './one-error';
import { pause as byClock, type Pause } from './pause';
import { plan } from './plan';
import { asBool } from './reading';
import { refreshedInputs } from './refreshed-inputs';
import { secrets } from './secrets';
import { services } from './services';
import { DEFAULTS, withDefaults } from './with-defaults';

/** What the provider's configuration may have in it: `version` and the like come from the engine. */
const CONFIG_KEYS = new Set(['host', 'sshOpts', 'disableDockerDaemonCheck', 'version', 'pluginDownloadURL']);

/**
 * The stand-in of the docker plugin: `docker.Service`, `docker.Secret` and `docker.ServiceConfig`, on a real Docker.
 *
 * @param pause how to wait; the test of the recordings does not
 */
export function dockerPlugin(pause: Pause = byClock): Plugin {
  let host: DockerHost | undefined;
  const api = () => {
    host ??= new DockerHost(defaultHost(), [], true);
    return host.api();
  };
  const kinds: Record<string, ManagedKind> = {
    'docker:index/service:Service': services(api, pause),
    'docker:index/secret:Secret': secrets(api),
    'docker:index/serviceConfig:ServiceConfig': configs(api),
  };
  const kindOf = (type: string): ManagedKind => {
    const kind = kinds[type];
    if (kind !== undefined) return kind;
    throw new Error(
      `resource type "${type}" is not among those that the lab's stand-in has (${Object.keys(kinds).join(', ')}): ` +
        `use the official plugin`,
    );
  };

  return {
    version: DOCKER_VERSION,
    // As the official plugin: the engine itself marks as secret what is made of a secret.
    takesSecrets: false,

    checkConfig: (news) =>
      Object.keys(news)
        .filter((key) => !CONFIG_KEYS.has(key) && !key.startsWith('__'))
        .map((key) => ({
          property: key,
          reason: `the lab's stand-in of the docker plugin knows only "host", "sshOpts" and "disableDockerDaemonCheck": use the official plugin`,
        })),

    configure(config) {
      host?.close();
      host = new DockerHost(
        typeof config['host'] === 'string' ? config['host'] : defaultHost(),
        sshOptions(config),
        !asBool(config['disableDockerDaemonCheck']),
      );
    },

    check(call) {
      const { fields } = kindOf(call.type);
      const news = named(call);
      const failures: CheckFailure[] = checkFailures(fields, call.name, news.inputs);
      const inputs = withDefaults(fields, news.inputs, call.olds);
      if (news.madeUp) inputs[DEFAULTS] = [...(inputs[DEFAULTS] as string[]), 'name'].sort();
      return { inputs, failures };
    },

    diff: (call) => diffAnswer(kindOf(call.type).fields, call.olds, call.news, call.ignoreChanges),

    async create(call, context) {
      const kind = kindOf(call.type);
      const { fields, meta } = kind;
      const planned = plan(fields, call.properties, null);
      if (call.preview) return { id: '', properties: withSecrets(fields, { ...planned, id: UNKNOWN }) };
      try {
        const { id, state } = await kind.create(planned, context);
        return { id, properties: withSecrets(fields, { ...state, id, ...metaOf(meta) }) };
      } catch (thrown) {
        throw new Error(oneError(thrown));
      }
    },

    async read(call, context) {
      const kind = kindOf(call.type);
      const { fields, meta } = kind;
      try {
        const answer = await kind.read(call.id, known(fields, call.properties), context);
        if (answer === null) return null;
        const { id, state } = answer;
        return {
          id,
          inputs: withSecrets(fields, refreshedInputs(fields, call.inputs, state)),
          properties: withSecrets(fields, { ...state, id, ...metaOf(meta) }),
        };
      } catch (thrown) {
        throw new Error(oneError(thrown, `refreshing ${call.urn}`));
      }
    },

    async update(call, context) {
      const kind = kindOf(call.type);
      const { fields, meta } = kind;
      const { id, urn } = call;
      const prior = known(fields, call.olds);
      const planned = kept(plan(fields, call.news, prior), prior, call.ignoreChanges);
      if (call.preview) return { properties: withSecrets(fields, { ...planned, id }) };
      const stored = (state: Bag) => withSecrets(fields, { ...state, id, ...metaOf(meta) });
      try {
        return { properties: stored(await kind.update(id, planned, context)) };
      } catch (thrown) {
        // Terraform stores what it wanted, with the error: the next update tries again.
        throw new HalfDone(id, stored(planned), oneError(thrown, `updating ${urn}`));
      }
    },

    async delete(call, context) {
      const kind = kindOf(call.type);
      try {
        await kind.delete(call.id, known(kind.fields, call.properties), context);
      } catch (thrown) {
        throw new Error(oneError(thrown, `deleting ${call.urn}`));
      }
    },

    close: () => host?.close(),
  };
}

/** The daemon where the configuration names none. */
function defaultHost(): string {
  return process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock';
}

/** The SDK sends lists in a provider's configuration as JSON. */
function sshOptions(config: Bag): string[] {
  const given = config['sshOpts'] ?? [];
  const options: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  return Array.isArray(options) ? options.map(String) : [];
}

/** The inputs with a name: of last time, or a new one, where the program gives none. */
function named({ name, olds, news }: CheckCall): { inputs: Bag; madeUp: boolean } {
  if ((news['name'] ?? null) !== null) return { inputs: news, madeUp: false };
  const filled = olds[DEFAULTS];
  const before = Array.isArray(filled) && filled.includes('name') ? olds['name'] : undefined;
  return {
    inputs: { ...news, name: before ?? `${name}-${randomBytes(4).toString('hex').slice(0, 7)}` },
    madeUp: true,
  };
}

/** The properties of the schema alone, each with a value or `null`. */
function known(fields: Fields, properties: Bag): Bag {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, properties[name] ?? null]));
}

const metaOf = (meta: string | undefined): Bag => (meta === undefined ? {} : { __meta: meta });

/** Marks as secret what the schema keeps secret. */
function withSecrets(fields: Fields, properties: Bag): Bag {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const attribute = fields[name];
      if (attribute?.secret && value !== null) return [name, asSecret(value)];
      const inner: Json =
        attribute?.kind === 'block' && typeof value === 'object' && value !== null && !Array.isArray(value)
          ? withSecrets(attribute.fields ?? {}, value)
          : value;
      return [name, inner];
    }),
  );
}
