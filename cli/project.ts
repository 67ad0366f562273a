import { ConfigError } from '../config/config-error';
import { readSiteConfig } from '../config/read-site-config';
import { releaseSectionSchema } from '../config/schema';
import type { ReleaseConfig, SiteConfig } from '../config/site-config';
import { noRelease } from '../release/transitions';
import { findStackFile } from '../stack-file/find-stack-file';
import { readStackFile, type StackFile } from '../stack-file/stack-file';
import type { StackPlace } from './converge';

/** A user's project: one stack and its file. */
export interface Project extends StackPlace {
  stackFile: StackFile;
  /** The stack's own name, without organisation and project. */
  stackName: string;
  /** What the file says of the release; of generation 0 where nothing was released yet. */
  release: ReleaseConfig;
  /** The site with another release. @throws ConfigError with all mistakes of the file. */
  siteWith(release: ReleaseConfig): SiteConfig;
}

/**
 * Finds and reads the stack file.
 * @throws Error naming the file and what is wrong with it
 */
export async function openProject(options: { stack?: string; configFile?: string }): Promise<Project> {
  const place = await findStackFile({ cwd: process.cwd(), ...options });
  const stackFile = await readStackFile(place.file);
  const stackName = place.stack;
  const siteWith = (release: ReleaseConfig) =>
    readSiteConfig({ stack: stackName, ...stackFile.config(), release });
  return {
    ...place,
    stack: place.fullName,
    stackFile,
    stackName,
    siteWith,
    release: readRelease(stackName, stackFile),
  };
}

/** What stands there is read leniently only in one way: it may be missing. */
function readRelease(stack: string, file: StackFile): ReleaseConfig {
  const raw = file.config().release;
  if (raw === undefined) return noRelease;
  const parsed = releaseSectionSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  // The one reader of config says it in its own words, with all else that is wrong.
  readSiteConfig({ stack, ...file.config() });
  throw new ConfigError(stack, []);
}
