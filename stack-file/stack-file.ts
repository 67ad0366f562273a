import { readFile } from 'node:fs/promises';
import type { RawStackConfig } from '../config/read-site-config';
import { editKey } from './edit-key';
import { isPlainMap, type PlainMap } from './plain';
import { secretNamesOf } from '../config/secret-names-of';
import { withoutSecrets } from './secrets';
import { YamlSource } from './yaml-source';

const PREFIX = 'evenkeel:';

/** The keys of a service's release as they are added to the file: what is asked for most first, the long one last. */
const SERVICE_KEYS = 'live canary blue green previous replaced maintenance hold history'.split(' ');

/** A user's `Pulumi.<stack>.yaml` as it was read: what it says, and what its text would be with another release. */
export class StackFile {
  private readonly source: YamlSource;

  /**
   * @param file its path, also for errors
   * @throws Error `<file>:<line>:<column>: …` when the text is no YAML or has a key twice
   */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.source = new YamlSource(file, text);
  }

  /**
   * What stands under `evenkeel:`, for `readSiteConfig`: as Pulumi would hand it out, but without any secret. Of
   * `evenkeel:secrets` there are the names; a secret elsewhere is the text `[secret]`.
   * @throws Error when `config` is no map
   */
  config(): Omit<RawStackConfig, 'stack'> {
    const own = this.own();
    const value = (key: string) => withoutSecrets(parsedValue(own[key]));
    return {
      ssh: value('ssh'),
      nodes: value('nodes'),
      mesh: value('mesh'),
      services: value('services'),
      edge: value('edge'),
      release: value('release'),
      cloudflare: value('cloudflare'),
      pool: value('pool'),
      watchdog: value('watchdog'),
      messages: value('messages'),
      secretNames: secretNames(
        parsedValue(own.secrets),
        value('services'),
        value('messages'),
        value('cloudflare'),
      ),
      keys: Object.keys(own),
    };
  }

  /**
   * The file's text with this as `evenkeel:release`, edited where it differs and nowhere else: comments, quotes and
   * order stay.
   * @param release plain JSON values; what is undefined is left out
   * @throws Error naming the line of what can't be edited: an alias or anchor that a change would touch, say
   */
  withRelease(release: object): string {
    this.own();
    const plain = JSON.parse(JSON.stringify(release)) as PlainMap;
    if (isPlainMap(plain.services))
      plain.services = Object.fromEntries(
        Object.entries(plain.services).map(([name, service]) => [name, inOrder(service)]),
      );
    return editKey(this.source, `${PREFIX}release`, plain);
  }

  /**
   * The file's text with other nodes, edited like `withRelease`: a node is told by its name.
   * @param change gets each node as it stands in the file; undefined takes it out, and so does a key of undefined.
   * @throws Error as `withRelease`, and where the nodes are no list
   */
  withNodes(change: (node: PlainMap) => PlainMap | undefined): string {
    const { nodes } = this.own();
    if (!Array.isArray(nodes) || !nodes.every(isPlainMap))
      throw new Error(
        `${this.file}: evenkeel:nodes can only be edited where it is a list of maps, as in stacks/Pulumi.example.yaml.`,
      );
    const wanted = nodes.map(change).filter((node) => node !== undefined);
    return editKey(this.source, `${PREFIX}nodes`, JSON.parse(JSON.stringify(wanted)));
  }

  private own(): PlainMap {
    const { source } = this;
    const root = source.plain(source.document.contents);
    const config = isPlainMap(root) ? root.config : root;
    if (config === null || config === undefined) return {};
    if (!isPlainMap(root) || !isPlainMap(config))
      throw new Error(
        `${this.file}: config must be a map of keys and values, as in stacks/Pulumi.example.yaml.`,
      );
    return Object.fromEntries(
      Object.entries(config)
        .filter(([key]) => key.startsWith(PREFIX))
        .map(([key, value]) => [key.slice(PREFIX.length), value]),
    );
  }
}

/**
 * Reads a stack file.
 * @throws Error when it can't be read, is not UTF-8 or no YAML
 */
export async function readStackFile(file: string): Promise<StackFile> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} can't be read (${error.code ?? error.message}).`);
  });
  return new StackFile(file, decoded(file, bytes));
}

/** Replacing what is no UTF-8, as Node does by default, would change bytes that nobody wanted to edit. */
function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not UTF-8; save it as UTF-8.`);
  }
}

/** `pulumi config set` without `--path` leaves a map as a text with JSON in it, and `getObject` reads it. */
function parsedValue(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function secretNames(secrets: unknown, services: unknown, messages: unknown, cloudflare: unknown): string[] {
  if (!isPlainMap(secrets)) return [];
  // Encrypted as a whole: which names are in it only Pulumi can tell, and it does before anything is touched.
  if (typeof secrets.secure === 'string') {
    const token = isPlainMap(cloudflare) && typeof cloudflare.token === 'string' ? [cloudflare.token] : [];
    const ofMessages = secretNamesOf(messages).map(({ name }) => name);
    return [...new Set([...askedFor(services), ...ofMessages, ...token])];
  }
  return Object.keys(secrets);
}

function askedFor(services: unknown): string[] {
  const names = (Array.isArray(services) ? services : []).flatMap((service: unknown) => {
    if (!isPlainMap(service)) return [];
    const token = isPlainMap(service.preview) ? [service.preview.token] : [];
    return [...(Array.isArray(service.secrets) ? (service.secrets as unknown[]) : []), ...token];
  });
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function inOrder(service: unknown): unknown {
  if (!isPlainMap(service)) return service;
  const keys = Object.keys(service);
  const sorted = [
    ...SERVICE_KEYS.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !SERVICE_KEYS.includes(key)),
  ];
  return Object.fromEntries(sorted.map((key) => [key, service[key]]));
}
