import { siteOfStack } from '../config/sites-schema';
import { findSites } from '../stack-file/find-sites';
import type { SitesOptions } from './stack-options';

/** A site of those that belong together. */
export interface ChosenSite {
  /** The site's name. */
  site: string;
  /** As `pulumi --stack` takes it. */
  stack: string;
}

/**
 * The sites that a command is about; undefined: one stack, as ever. All sites where stacks/sites.yaml is, unless a stack
 * was named: by an option, or by PULUMI_STACK. What `pulumi stack select` selected names none: some stack is always
 * selected, and a command that reached one site of several only because of that would leave them apart.
 *
 * @throws Error when all sites are asked for and no file says which; SitesError
 */
export async function chosenSites(
  { stack, configFile, allSites }: SitesOptions,
  cwd = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChosenSite[] | undefined> {
  if (!allSites && (stack || configFile || env['PULUMI_STACK'])) return undefined;
  const found = await findSites(cwd).catch((error: unknown) => {
    // A folder without a project has a reader of its own, which knows of --config-file too.
    if (allSites || (error as Error).name === 'SitesError') throw error;
    return undefined;
  });
  if (found) return found.stacks.map((each) => ({ site: siteOfStack(each), stack: each }));
  if (allSites)
    throw new Error(
      '--all-sites: no file says which sites belong together. Write stacks/sites.yaml, as docs/sites.md shows, or leave ' +
        '--all-sites out.',
    );
  return undefined;
}

/** The options with which a command is about one of the sites. */
export function optionsOf<T extends SitesOptions>(options: T, { stack }: ChosenSite): T {
  const { configFile: _file, allSites: _all, ...rest } = options;
  return { ...rest, stack } as T;
}
