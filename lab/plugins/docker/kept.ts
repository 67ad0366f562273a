import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';

/**
 * A plan with the properties that `ignoreChanges` names left as they are.
 *
 * The engine has put the old inputs in their places already; Terraform leaves the old state too, so that what Docker
 * itself has filled in is no change. `*` names no property: for it, only the inputs are the old ones.
 *
 * @param planned the state that shall be
 * @param prior the state so far
 * @param paths property paths such as `taskSpec.placement.platforms`; a path that the state does not have is left out
 */
export function kept(planned: Bag, prior: Bag, paths: readonly string[]): Bag {
  return paths.reduce((plan, path) => {
    const steps = path.match(/[^.[\]"]+/g) ?? [];
    return path === '*' || steps.length === 0 ? plan : (put(plan, prior, steps) as Bag);
  }, planned);
}

function put(planned: Json, prior: Json, [step = '', ...rest]: readonly string[]): Json {
  if (Array.isArray(planned) && Array.isArray(prior)) {
    const index = Number(step);
    const old = prior[index];
    if (old === undefined || planned[index] === undefined) return planned;
    return planned.with(index, rest.length === 0 ? old : put(planned[index], old, rest));
  }
  if (!isBag(planned) || !isBag(prior) || !(step in prior)) return planned;
  const old = prior[step] ?? null;
  return { ...planned, [step]: rest.length === 0 ? old : put(planned[step] ?? null, old, rest) };
}
