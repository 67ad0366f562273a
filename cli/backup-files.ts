import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../edge/site-contact';
import type { SwarmCopy } from '../edge/swarm-copy';
import { parsePointer, type Pointer } from '../release/pointer';

/** Name of the file, in a backup's folder, that has what the Swarm's API says. */
export const swarmFile = 'swarm.json';

/** Name of the file with the Swarm's state, as secret as a manager's disk. */
export const archiveFile = 'swarm.tar.gz';

/** What `swarmFile` has. */
export interface KeptSwarm extends SwarmCopy {
  /** Name of the manager that `archiveFile` is from. */
  manager: string;
}

/** What is needed to put a Swarm back. */
export interface SwarmBackup {
  manager: string;
  /** ISO time. */
  at: string;
  /** The label as it was. */
  pointer: Pointer;
  archive: Buffer;
}

/** @throws Error when the folder is no backup with the Swarm's state. */
export async function readSwarmBackup(folder: string): Promise<SwarmBackup> {
  try {
    const text = await readFile(join(folder, swarmFile), 'utf8');
    const { manager, at, pointer } = JSON.parse(text) as Partial<KeptSwarm>;
    if (!manager || !at || !pointer) throw new Error(`${swarmFile} names no manager, or has no pointer`);
    return {
      manager,
      at,
      pointer: parsePointer(pointer),
      archive: await readFile(join(folder, archiveFile)),
    };
  } catch (error) {
    throw new Error(
      `--backup ${folder}: no backup with the Swarm's state (${messageOf(error)}). ` +
        `It is a folder that evenkeel backup made, e.g. backups/home-2026-01-31T031500Z. Nothing was touched.`,
      { cause: error },
    );
  }
}
