import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryCertificate } from './certificates';
import { ensureContainer } from './containers';
import { must } from './must';
import { containerName } from './naming';

/** Where the lab's registry is. */
export interface LabRegistry {
  /** `address:5000`, as it stands in image names. */
  host: string;
  /** PEM file of the CA that signed its certificate. */
  caFile: string;
}

/** What the registry is made from. */
export interface RegistrySettings {
  docker: string[];
  lab: string;
  checkout: string;
  network: string;
  image: string;
  directory: string;
  address: string;
  certificate: RegistryCertificate;
}

/** Makes, repairs or starts the registry and waits until it answers this machine. */
export async function ensureRegistry(settings: RegistrySettings): Promise<LabRegistry> {
  const { docker, lab, checkout, network, image, directory, address, certificate } = settings;
  const at = '/etc/docker/registry';
  const files = {
    [`${at}/server.crt`]: { content: readFileSync(certificate.certificateFile), mode: 0o644 },
    [`${at}/server.key`]: { content: readFileSync(certificate.keyFile), mode: 0o600 },
    [`${at}/client/ca.crt`]: { content: readFileSync(certificate.caFile), mode: 0o644 },
  };
  const part = 'registry';
  await ensureContainer(
    docker,
    { lab, checkout, part, image, network, address, options: [], command: [], files },
    join(directory, 'staging'),
  );
  const registry = { host: `${address}:5000`, caFile: certificate.caFile };
  const began = Date.now();
  for (;;) {
    const failure = await ask(registry, '/v2/').then(
      ({ status }) => (status === 200 ? undefined : `answers with HTTP status ${status}`),
      (error: Error) => error.message,
    );
    if (failure === undefined) return registry;
    if (Date.now() - began > 20_000) {
      throw new Error(
        `The lab's registry at https://${registry.host} does not answer this machine: ${failure}. ` +
          `Containers must be reachable by their address (as on Linux; not with Docker Desktop on a Mac). ` +
          `Its log: ${docker.join(' ')} logs ${containerName(lab, part)}`,
      );
    }
    await sleep(100);
  }
}

/**
 * Puts the engine's image `source` into the registry as `repository:tag`, and resolves with its digest as the registry gives it.
 * Images that share layers are put there side by side, and the registry then says now and then of one of these that it does
 * not have it ("blob unknown", seen once in some hundred labs): so there are three tries.
 */
export async function pushImage(...args: Parameters<typeof pushOnce>): Promise<string> {
  for (let left = 2; ; left--) {
    try {
      return await pushOnce(...args);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

async function pushOnce(
  docker: string[],
  lab: string,
  registry: LabRegistry,
  source: string,
  target: { repository: string; tag: string },
): Promise<string> {
  const container = containerName(lab, 'registry');
  const name = `${target.repository}:${target.tag}`;
  const archive = `/tmp/${name.replaceAll(/\W/g, '-')}.tar`;
  // A shell for its pipe and its redirection; every word is quoted.
  const words = (argv: string[]) => argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const copy = [
    'skopeo',
    'copy',
    '--quiet',
    '--insecure-policy',
    '--dest-cert-dir=/etc/docker/registry/client',
  ];
  const inside = `trap 'rm -f ${archive}' EXIT; cat >${archive} && ${words([...copy, `docker-archive:${archive}`, `docker://${registry.host}/${name}`])}`;
  const save = words([...docker, 'save', source]);
  await must([
    'bash',
    '-c',
    `set -o pipefail; ${save} | ${words([...docker, 'exec', '-i', container, 'sh', '-c', inside])}`,
  ]);
  const digest = await readDigest(registry, target.repository, target.tag);
  if (digest === undefined) throw new Error(`The lab's registry took ${name} but does not have it.`);
  return digest;
}

/** The digest (`sha256:…`) of an image in the registry by tag or digest; undefined when it is not there. */
export async function readDigest(
  registry: LabRegistry,
  repository: string,
  tag: string,
): Promise<string | undefined> {
  const { status, digest } = await ask(registry, `/v2/${repository}/manifests/${tag}`);
  if (status === 404) return undefined;
  if (status !== 200 || digest === undefined) {
    throw new Error(`The lab's registry answers with HTTP status ${status} for ${repository}:${tag}.`);
  }
  return digest;
}

function ask(registry: LabRegistry, path: string): Promise<{ status: number; digest: string | undefined }> {
  const accept = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.index.v1+json',
  ].join(', ');
  const options = {
    method: 'HEAD',
    ca: readFileSync(registry.caFile),
    headers: { accept },
    timeout: 5_000,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const asked = request(`https://${registry.host}${path}`, options, (answer) => {
      answer.resume();
      const digest = answer.headers['docker-content-digest'];
      resolve({ status: answer.statusCode ?? 0, digest: Array.isArray(digest) ? digest[0] : digest });
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer for 5 s')));
    asked.once('error', reject);
    asked.end();
  });
}
