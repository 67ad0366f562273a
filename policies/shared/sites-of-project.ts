import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSites } from '../../config/read-sites';
import { siteOfStack } from '../../config/sites-schema';

/**
 * The sites that belong together, by stacks/sites.yaml of the project that this pack lies in; none without that file.
 *
 * @param from a folder of the project. Default: this pack's.
 * @throws SitesError when the file is wrong
 */
export function sitesOfProject(from: string = __dirname): string[] {
  const root = rootOf(from);
  const file = root && join(root, 'stacks', 'sites.yaml');
  return file && existsSync(file) ? readSites(readFileSync(file, 'utf8'), file).map(siteOfStack) : [];
}

/** The nearest folder with a Pulumi.yaml. Of what Pulumi runs, only this pack's own path is known. */
function rootOf(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Pulumi.yaml'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
