import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ConfigError } from './config-error';
import type { Mistake } from './mistake';
import { isPlainObject } from './parts';
import { type RawStackConfig, readSiteConfig } from './read-site-config';

/** For specs: what Pulumi hands out of stacks/Pulumi.example.yaml. Each call makes a new one. */
export function exampleStack(): RawStackConfig {
  const file = join(__dirname, '..', 'stacks', 'Pulumi.example.yaml');
  const { config } = parse(readFileSync(file, 'utf8')) as { config: Record<string, unknown> };
  const value = (key: string) => config[`evenkeel:${key}`];
  return {
    stack: 'example',
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
    secretNames: Object.keys(value('secrets') ?? {}),
    keys: Object.keys(config).map((key) => key.replace(/^evenkeel:/, '')),
  };
}

/** Values by their place in the raw config, as in `nodes/1/roles/0`; undefined removes what is there. */
export type Edits = Record<string, unknown>;

/** The example stack with edits. */
export function stackWith(edits: Edits): RawStackConfig {
  const stack = exampleStack();
  for (const [place, value] of Object.entries(edits)) set(stack, place.split('/'), structuredClone(value));
  return stack;
}

function set(owner: object, [key = '', ...rest]: string[], value: unknown): void {
  const target = owner as Record<string, unknown>;
  if (rest.length > 0) {
    if (!isPlainObject(target[key]) && !Array.isArray(target[key])) target[key] = {};
    set(target[key] as object, rest, value);
  } else if (value === undefined) delete target[key];
  else target[key] = value;
}

/** The mistakes of the example stack with edits; none when it is valid. */
export function mistakesWith(edits: Edits): readonly Mistake[] {
  try {
    readSiteConfig(stackWith(edits));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

/** A second service, without any mistake, and its release: as edits. */
export const BLOG: Edits = {
  'services/1': {
    name: 'blog',
    repository: 'registry.example.com/blog',
    port: 3000,
    hostnames: ['blog.example.com'],
    slotPorts: { blue: 18090, green: 18091 },
  },
  'release/services/blog': {
    live: 'blue',
    blue: { version: '2.0.0', digest: `sha256:${'3'.repeat(64)}` },
  },
};

/** The only mistake of the example stack after the edits, each part of it in full. */
export interface Refusal {
  rule: string;
  edits: Edits;
  key: string;
  value: unknown;
  allowed: string;
  remedy: string;
}

/** Makes a test of each row: the edits are refused with just this one mistake, in just these words. */
export function itRefuses(refusals: readonly Refusal[]): void {
  it.each(refusals)('refuses $rule', ({ edits, key, value, allowed, remedy }) => {
    const shown = value === null ? 'nothing (null)' : (JSON.stringify(value) ?? 'nothing');
    const message = `${key}: got ${shown}; allowed: ${allowed}. ${remedy}`;
    expect(mistakesWith(edits)).toStrictEqual([{ key, value, allowed, remedy, message }]);
  });
}
