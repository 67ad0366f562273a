import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../must';
import { run } from '../run';

/**
 * Writes `dockerfile` into the folder `context` and builds it as `tag`.
 * `docker` is the beginning of the command, such as `['docker', '-H', 'unix:///run/lab.sock']`.
 * Where the engine's client has no buildx (Debian's docker.io), the classic builder is asked for by name: a newer client
 * without the plugin else prints a page of advice. `DOCKER_BUILDKIT` in the environment has the last word.
 */
export async function dockerBuild(
  docker: readonly string[],
  context: string,
  dockerfile: string,
  tag: string,
): Promise<void> {
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const buildx = await run([...docker, 'buildx', 'version']);
  const builder = process.env.DOCKER_BUILDKIT ?? (buildx.code === 0 ? undefined : '0');
  await must([...docker, 'build', '--quiet', '--tag', tag, context], {
    // An attestation makes an index of what has to be one plain image with one digest.
    env: { ...(builder !== undefined && { DOCKER_BUILDKIT: builder }), BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  });
}
