import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { must } from './must';
import type { Log } from './log';

/**
 * Installs, with apt-get and as root, the Debian packages of those programs that are not in PATH; says so, and does
 * nothing when all are there.
 *
 * @param programs program → the Debian package that brings it
 */
export async function installPackages(programs: Record<string, string>, log: Log): Promise<void> {
  const missing = () => Object.keys(programs).filter((program) => !isInPath(program));
  const packages = missing().map((program) => programs[program] ?? program);
  if (packages.length === 0) return;
  if (!isInPath('apt-get') || process.getuid?.() !== 0) {
    throw new Error(
      `${missing().join(', ')} not found in PATH. Install ${packages.join(', ')}, then run this again.`,
    );
  }
  log(`installing Debian packages: ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await must(['apt-get', 'update', '-qq'], { env });
  for (const name of packages) {
    // One may bring another's program with it (docker.io brings `docker`, on some releases), so each is looked at again.
    if (!missing().some((program) => programs[program] === name)) continue;
    await must(['apt-get', 'install', '-qq', '-y', '--no-install-recommends', name], { env });
  }
  if (missing().length > 0)
    throw new Error(`${missing().join(', ')} still not in PATH after installing packages.`);
}

function isInPath(program: string): boolean {
  const path = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
  return path.split(delimiter).some((directory) => existsSync(join(directory, program)));
}
