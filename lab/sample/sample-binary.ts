import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log';
import { must } from '../must';
import { run } from '../run';
import { timed } from '../timed';
import { dockerBuild } from './docker-build';
import type { SampleSource } from './sample-source';

/** The image that brings Go where this machine has none, or one older than go.mod asks for. */
const golangImage = 'golang:1.26';

/** Marks the build stage, so that it can be found again. */
const stageLabel = 'evenkeel.sample.build-stage';

/** Static, since the image has no C library; without paths and symbols, so that equal sources make equal binaries. */
const goBuild = ['go', 'build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o'];

/** What `sampleBinary` needs. */
export interface SampleBinaryOptions {
  /** The beginning of every docker command. */
  docker: readonly string[];
  source: SampleSource;
  /** The engine's architecture, in Go's words: `amd64`, `arm64`, `arm`. */
  arch: string;
  /** Where binaries are kept; made where missing. */
  cacheDirectory: string;
  log: Log;
}

/** Resolves with the path of the sample service's binary for `arch`: from the cache, or built by the `go` in PATH, or in a golang image. */
export async function sampleBinary(options: SampleBinaryOptions): Promise<string> {
  const { docker, source, arch, cacheDirectory, log } = options;
  const path = join(cacheDirectory, `sample-${source.hash.slice(0, 16)}-${arch}`);
  if (await exists(path)) return path;

  await mkdir(cacheDirectory, { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory, 'build-'));
  try {
    // Built from a copy of what was hashed: the sources may be edited meanwhile.
    for (const { name, content } of source.files) await writeFile(join(directory, name), content);
    const built = join(directory, 'sample');
    const missing = await whyNoGo(source, directory);
    if (missing === undefined) {
      // GOARM=6: the oldest Raspberry Pi that Docker supports.
      const env = { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: arch, GOARM: '6' };
      await timed(log, 'sample service: go build', () =>
        must([...goBuild, built, '.'], { cwd: directory, env }),
      );
    } else {
      await timed(log, `sample service: built in ${golangImage}, as ${missing}`, () =>
        buildInImage(docker, directory, `evenkeel-sample-build:${source.hash.slice(0, 16)}`, built),
      );
    }
    await rename(built, path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Says why the `go` in PATH can't be used, or undefined where it can. Run where go.mod is, so that Go may fetch a newer toolchain. */
async function whyNoGo(source: SampleSource, directory: string): Promise<string | undefined> {
  const found = await run(['go', 'env', 'GOVERSION'], { cwd: directory }).catch(() => undefined);
  if (found === undefined) return 'there is no go in PATH';
  const needed = minor(
    /^go (\S+)$/m.exec(source.files.find(({ name }) => name === 'go.mod')?.content ?? '')?.[1] ?? '',
  );
  const has = minor(found.stdout.trim().replace(/^go/, ''));
  if (found.code === 0 && has >= needed) return undefined;
  return `the go in PATH is older than 1.${needed}`;
}

/** The 23 of `1.23` or `1.23.4`; 0 where there is none. Go has had no other major version than 1. */
function minor(version: string): number {
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
}

async function buildInImage(
  docker: readonly string[],
  directory: string,
  tag: string,
  built: string,
): Promise<void> {
  // The architecture is the engine's own, so nothing has to be told to Go.
  const dockerfile = [
    `FROM ${golangImage} AS build`,
    `LABEL ${stageLabel}=`,
    'WORKDIR /source',
    'COPY . .',
    `RUN CGO_ENABLED=0 ${goBuild.map((word) => `'${word}'`).join(' ')} /sample .`,
    'FROM scratch',
    'COPY --from=build /sample /sample',
    'ENTRYPOINT ["/sample"]',
    '',
  ].join('\n');
  try {
    await dockerBuild(docker, directory, dockerfile, tag);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${message}\nThe sample service needs Go: put one in PATH, or let the engine pull ${golangImage}.`,
    );
  }
  const container = await must([...docker, 'create', tag]);
  try {
    await must([...docker, 'cp', `${container}:/sample`, built]);
  } finally {
    await must([...docker, 'rm', container]);
    await must([...docker, 'rmi', tag]);
    // The classic builder leaves the build stage behind, 300 MB without a name.
    await must([...docker, 'image', 'prune', '--force', '--filter', `label=${stageLabel}`]);
  }
}
