import type { DiffAnswer } from '../provider/calls';
import type { Bag } from '../provider/json';
import { sameJson } from '../provider/same-json';
import type { Fields } from './attribute';
import { detailedDiff } from './detailed-diff';
import { kept } from './kept';
import { plan } from './plan';
import { requiresNew } from './requires-new';
import { DEFAULTS } from './with-defaults';

/**
 * Says what a resource's new inputs change.
 *
 * @param fields the schema
 * @param prior its state
 * @param inputs its new inputs, with defaults filled in
 * @param ignored the paths of `ignoreChanges`
 */
export function diffAnswer(fields: Fields, prior: Bag, inputs: Bag, ignored: readonly string[]): DiffAnswer {
  const planned = kept(plan(fields, inputs, prior), prior, ignored);
  const known = Object.fromEntries(Object.keys(fields).map((name) => [name, prior[name] ?? null]));
  const changed = !sameJson(known, planned);
  const anew = requiresNew(fields, known, planned);
  const detailed = changed ? detailedDiff(fields, known, planned, inputs, anew) : {};
  const topLevel = (paths: string[]) =>
    [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))].sort();
  const replaces = topLevel(Object.keys(detailed).filter((path) => detailed[path]?.endsWith('_REPLACE')));
  return {
    changes: changed ? 'DIFF_SOME' : 'DIFF_NONE',
    detailedDiff: detailed,
    diffs: topLevel(Object.keys(detailed)),
    replaces,
    stables: Object.keys(fields)
      .filter((name) => fields[name]?.forcesNew && !replaces.includes(name))
      .sort(),
    // Two resources can't have one name at a time; only a name that the plugin itself made up will differ.
    deleteBeforeReplace: replaces.length > 0 && 'name' in inputs && !isFilledIn(inputs, 'name'),
  };
}

function isFilledIn(inputs: Bag, name: string): boolean {
  const filled = inputs[DEFAULTS];
  return !Array.isArray(filled) || filled.includes(name);
}
