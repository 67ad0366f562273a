import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log';
import { must } from '../must';
import { run } from '../run';
import { timed } from '../timed';
import { dockerBuild } from './docker-build';
import { sampleBinary } from './sample-binary';
import { sampleReleases, type SampleRelease } from './sample-releases';
import { readSampleSource } from './sample-source';

export { sampleReleases };

/** The label that holds the hash of everything an image was made of. */
export const contentLabel = 'evenkeel.sample.content';

/** What `buildSampleImages` needs. */
export interface SampleImagesOptions {
  /** The beginning of every docker command, such as `['docker', '-H', 'unix:///run/lab.sock']`. */
  docker: string[];
  /** What the images are called, without tag, such as `10.1.2.5:5000/sample`. */
  repository: string;
  /** Where binaries are kept between runs; made where missing. */
  cacheDirectory: string;
  /** Default: those that every lab has. */
  releases?: readonly SampleRelease[];
  log: Log;
}

/**
 * Makes an image of each sample release in the engine, tagged `repository:version`: nothing in it but the binary, run by
 * user 65534. An image that is there already and was made of the same things is left alone. Pushes nothing.
 * Throws with the command and its last words when Go or Docker fails.
 */
export async function buildSampleImages(options: SampleImagesOptions): Promise<void> {
  const { docker, repository, cacheDirectory, releases = sampleReleases, log } = options;
  const source = await readSampleSource();
  const arch = await must([...docker, 'version', '--format', '{{.Server.Arch}}']);

  const wanted = releases.map((release) => {
    const content = createHash('sha256')
      .update(`${source.hash} ${arch}\n${dockerfileFor(release)}`)
      .digest('hex');
    return { tag: `${repository}:${release.version}`, release, content };
  });
  const missing: typeof wanted = [];
  for (const image of wanted) {
    if ((await contentOf(docker, image.tag)) !== image.content) missing.push(image);
  }
  if (missing.length === 0) {
    log(`sample service: ${wanted.length} images are there`);
    return;
  }

  const binary = await sampleBinary({ docker, source, arch, cacheDirectory, log });
  await timed(log, `sample service: ${missing.length} images built`, async () => {
    const context = await mkdtemp(join(cacheDirectory, 'image-'));
    try {
      await copyFile(binary, join(context, 'sample'));
      for (const { tag, release, content } of missing) {
        await dockerBuild(
          docker,
          context,
          `${dockerfileFor(release)}LABEL ${contentLabel}=${content}\n`,
          tag,
        );
      }
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  });
}

async function contentOf(docker: readonly string[], tag: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${contentLabel}"}}`;
  const { code, stdout } = await run([...docker, 'image', 'inspect', '--format', format, tag]);
  return code === 0 ? stdout.trim() : undefined;
}

function dockerfileFor({ version, env }: SampleRelease): string {
  const variables = Object.entries({ VERSION: version, ...env });
  return [
    'FROM scratch',
    'COPY sample /sample',
    ...variables.map(([name, value]) => `ENV ${name}="${value.replace(/["\\$]/g, '\\$&')}"`),
    'EXPOSE 8080',
    'USER 65534:65534',
    'ENTRYPOINT ["/sample"]',
    '',
  ].join('\n');
}
