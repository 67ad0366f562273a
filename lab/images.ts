import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine';
import { installPackages } from './install-packages';
import { withLock } from './lock';
import type { Log } from './log';
import { must } from './must';
import { run } from './run';
import { timed } from './timed';
import { unmountBelow } from './unmount-below';

/** The folder of each image that the lab's containers are made from. */
const definitions = {
  machine: 'machine',
  registry: 'registry',
  edge: 'edge-image',
  postgres: 'postgres-image',
} as const;

/** One of the lab's images. */
export type LabImage = keyof typeof definitions;

/** Those that every lab needs. */
export const labImages = ['machine', 'registry', 'edge'] as const satisfies readonly LabImage[];

/** Debian's release; its packages are what a Raspberry Pi OS or a VPS of that release has too. */
const release = 'bookworm';

/** Raise it to have the base image made anew (newer Debian packages, another set of options below). */
const baseVersion = 1;

/** Name of the image that all others begin with. */
const base = `evenkeel-lab/debian:${release}-${baseVersion}`;

/**
 * Makes those of the given images that the engine lacks. Each is named for a hash of its definition, so a changed
 * Dockerfile makes a new image and an unchanged one costs one question to the engine.
 *
 * @returns the names that they have in the engine.
 */
export async function ensureImages<Kind extends LabImage>(
  engine: Engine,
  kinds: readonly Kind[],
  cacheDirectory: string,
  log: Log,
): Promise<Record<Kind, string>> {
  const names = Object.fromEntries(kinds.map((kind) => [kind, imageName(kind)])) as Record<Kind, string>;
  if (await haveAll(engine, Object.values<string>(names))) return names;
  await withLock(
    join(cacheDirectory, 'images.lock'),
    (pid) => log(`waiting for process ${pid}, which is making the lab's images`),
    async () => {
      if (engine.startedByUs) await clearInterrupted(engine);
      log('making images for the lab: a minute or two, once');
      if (!(await haveAll(engine, [base]))) {
        await timed(log, `base image (Debian ${release})`, () => makeBase(engine, cacheDirectory, log));
      }
      await Promise.all(
        kinds.map(async (kind) => {
          if (await haveAll(engine, [names[kind]])) return;
          await timed(log, `${kind} image`, () =>
            buildImage(engine, names[kind], join(__dirname, definitions[kind])),
          );
        }),
      );
      // The stages that only served a build are of no use any more.
      if (engine.startedByUs) await run([...engine.docker, 'image', 'prune', '-f']);
    },
  );
  return names;
}

function imageName(kind: LabImage): string {
  const directory = join(__dirname, definitions[kind]);
  const hash = createHash('sha256').update(base);
  for (const file of readdirSync(directory).sort())
    hash.update(`${file}\0`).update(readFileSync(join(directory, file)));
  return `evenkeel-lab/${kind}:${hash.digest('hex').slice(0, 12)}`;
}

/** Whether the engine has all of these images. */
export async function haveAll({ docker }: Engine, names: readonly string[]): Promise<boolean> {
  return (await run([...docker, 'image', 'inspect', '-f', '{{.Id}}', ...names])).code === 0;
}

/** Builds the Dockerfile of a folder upon the base, which is there once `ensureImages` has made anything. */
export async function buildImage(engine: Engine, name: string, folder: string): Promise<void> {
  // The lab's own engine has no bridge, and its client no BuildKit; another engine keeps its own ways, with the builder that sees local images.
  const network = engine.startedByUs ? ['--network', 'host'] : [];
  const env = engine.startedByUs ? { DOCKER_BUILDKIT: '0' } : { BUILDX_BUILDER: 'default' };
  const options = ['--force-rm', ...network, '--build-arg', `BASE=${base}`, '-t', name];
  await must([...engine.docker, 'build', '-q', ...options, folder], { env });
}

/** Docker Hub's Debian where there is a way to it, else one made of Debian's packages. */
async function makeBase(engine: Engine, cacheDirectory: string, log: Log): Promise<void> {
  if (!engine.startedByUs) {
    const official = `debian:${release}-slim`;
    const pulled = await run([...engine.docker, 'pull', '-q', official], { timeout: 120_000 });
    if (pulled.code === 0) {
      await must([...engine.docker, 'tag', official, base]);
      return;
    }
    log(
      `${official} can't be pulled (${pulled.stderr.trim().split('\n').pop()}); making one with mmdebstrap`,
    );
  }
  await installPackages({ mmdebstrap: 'mmdebstrap' }, log);
  const scratch = join(cacheDirectory, 'scratch');
  // A run that was killed in here left a half-made system, perhaps with mounts in it.
  await unmountBelow([scratch]);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const directory = mkdtempSync(join(scratch, 'base-'));
  try {
    const tar = join(directory, 'base.tar');
    const unwanted = ['doc', 'man', 'info', 'locale'].map(
      (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
    );
    const policy =
      'printf "#!/bin/sh\\nexit 101\\n" >"$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d"';
    await must(
      ['mmdebstrap', '--quiet', '--variant=minbase', ...unwanted, `--customize-hook=${policy}`, release, tar],
      { env: { TMPDIR: directory } },
    );
    await must([...engine.docker, 'import', '--change', 'CMD ["bash"]', tar, base]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A build that was killed leaves its container in the lab's own engine; all that a lab wants to keep there has a label. */
async function clearInterrupted({ docker }: Engine): Promise<void> {
  const format = '{{.ID}} {{.Label "evenkeel.lab"}}';
  const list = await must([...docker, 'ps', '-a', '--filter', 'status=exited', '--format', format]);
  const nameless = list.split('\n').filter((line) => /^\S+\s*$/.test(line));
  if (nameless.length > 0) await run([...docker, 'rm', '-f', '-v', ...nameless.map((line) => line.trim())]);
}
