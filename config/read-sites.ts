import { parseDocument } from 'yaml';
import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { isPlainObject, readParts } from './parts';
import { repeated } from './repeated';
import { schemaMistakes } from './schema-mistakes';
import { SitesError } from './sites-error';
import { siteOfStack, sitesSchema } from './sites-schema';

/**
 * The stacks that a file `sites.yaml` names, in its order.
 *
 * @param file its path, for errors.
 * @throws SitesError with all mistakes; Error `<file>: …` when the text is no YAML
 */
export function readSites(text: string, file: string): string[] {
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong) throw new Error(`${file} can't be read as YAML: ${wrong.message}`);
  // An empty file lacks its key, and says so.
  const raw: unknown = document.toJS() ?? {};
  if (!isPlainObject(raw))
    throw new SitesError(file, [
      mistake('(the whole file)', raw, 'the key sites', 'Write for example `sites: [fra, home]`.'),
    ]);
  const mistakes = [...schemaMistakes(sitesSchema, raw), ...siteTwice(raw)].map(ownKey);
  if (mistakes.length > 0) throw new SitesError(file, mistakes);
  return sitesSchema.parse(raw).sites;
}

/** Two stacks of one name would be one site to everybody who reads of it, and have one stack file. */
function siteTwice(raw: unknown): Mistake[] {
  const claims = entriesOf(readParts(sitesSchema, raw)?.sites).map(([index, stack]) => ({
    at: ['sites', index],
    value: stack,
    same: siteOfStack(stack),
  }));
  return repeated(claims, 'each site once', 'Remove one of the two.');
}

/** Its keys are its own: not those of a stack file, which all begin with `evenkeel:`. */
function ownKey({ key, value, allowed, remedy }: Mistake): Mistake {
  return mistake(key.replace(/^evenkeel:/, ''), value, allowed.replaceAll('evenkeel:sites', 'sites'), remedy);
}
