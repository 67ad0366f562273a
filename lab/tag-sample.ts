import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tagImage } from '../registry/tag-image';
import type { Lab } from './lab';

/**
 * Gives one of the sample's images one more tag in the lab's registry, for tests that need more versions than there are
 * images. The image goes on saying the version that it was built as.
 */
export async function tagSample(lab: Lab, version: string, tag: string): Promise<string> {
  const digest = lab.digests[version];
  if (!digest) throw new Error(`the lab has no image of version ${version}`);
  // Where Docker, and so the registry client, looks for the CA of a registry.
  const folder = join(lab.directory, '.docker', 'certs.d', lab.registry.host);
  await mkdir(folder, { recursive: true });
  await copyFile(lab.registry.caFile, join(folder, 'ca.crt'));
  await tagImage(lab.sampleRepository, digest, tag, { env: { ...process.env, HOME: lab.directory } });
  return digest;
}
