import type { CheckFailure, ChangeKind, DiffAnswer, DiffCall, Plugin } from './calls';
import { checkedInputs } from './checked-inputs';
import { HalfDone } from './half-done';
import type { Bag } from './json';
import { objectDiff } from './object-diff';
import type { ResourceKind } from './resource-kind';
import { asSecret, bare, isSecret, UNKNOWN } from './special-value';

/** What a plugin of kinds is made from. */
export interface KindPluginSettings {
  version: string;
  /** Kinds by the type's token. */
  kinds: Record<string, ResourceKind>;
  checkConfig: (news: Bag) => CheckFailure[];
  /** Takes the provider's configuration, without marks of secrecy. */
  configure: (config: Bag) => void;
}

/** A plugin whose resources are {@link ResourceKind}s, as Pulumi's bridge makes one of a Terraform provider. */
export function kindPlugin({ version, kinds, checkConfig, configure }: KindPluginSettings): Plugin {
  const kindOf = (type: string): ResourceKind => {
    const kind = kinds[type];
    if (kind !== undefined) return kind;
    throw new Error(
      `resource type "${type}" is not among those that the lab's stand-in has (${Object.keys(kinds).join(', ')}): ` +
        `use the official plugin`,
    );
  };
  return {
    version,
    takesSecrets: true,
    checkConfig,
    configure: (config) => configure(bare(config) as Bag),
    check: ({ type, news }) => checkedInputs(kindOf(type), news),
    diff: (call) => diffAnswer(kindOf(call.type), call),

    async create({ type, properties, preview }, { signal }) {
      const kind = kindOf(type);
      const planned = plannedState(kind, properties);
      if (preview) {
        const unknown = Object.keys(kind.computed).map((name) => [name, UNKNOWN] as const);
        return {
          id: '',
          properties: marked(kind, { ...planned, ...Object.fromEntries(unknown) }, properties),
        };
      }
      const { id, computed } = await kind.create(bare(planned) as Bag, signal);
      return { id, properties: marked(kind, { ...planned, ...computed, id }, properties) };
    },

    async read({ type, id, inputs, properties }, { signal }) {
      const kind = kindOf(type);
      const state = await kind.read(id, bare(properties) as Bag, signal);
      if (state === null) return null;
      const given = Object.keys(kind.inputs).filter((name) =>
        // An import knows no inputs yet: it takes all that is there.
        Object.keys(inputs).length === 0 ? (state[name] ?? null) !== null : name in inputs,
      );
      const read = Object.fromEntries(given.map((name) => [name, state[name] ?? null]));
      return {
        id,
        inputs: marked(kind, read, inputs),
        properties: marked(kind, { ...state, id }, { ...properties, ...inputs }),
      };
    },

    async update({ type, id, olds, news, preview }, { signal }) {
      const kind = kindOf(type);
      const planned = plannedState(kind, news);
      const prior = bare(olds) as Bag;
      const kept = Object.fromEntries(Object.keys(kind.computed).map((name) => [name, prior[name] ?? null]));
      const stored = (computed: Bag) => marked(kind, { ...planned, ...kept, ...computed, id }, news);
      if (preview) return { properties: stored({}) };
      try {
        return { properties: stored(await kind.update(id, bare(planned) as Bag, prior, signal)) };
      } catch (error) {
        // The old state stays, with the reason: the next update tries again.
        throw new HalfDone(id, olds, error instanceof Error ? error.message : String(error));
      }
    },

    delete: ({ type, id, properties }, { signal }) =>
      kindOf(type).delete(id, bare(properties) as Bag, signal),
    close: () => undefined,
  };
}

function diffAnswer(kind: ResourceKind, { olds, news, ignoreChanges }: DiffCall): DiffAnswer {
  const prior = bare(olds) as Bag;
  const planned = bare(plannedState(kind, news)) as Bag;
  const detailedDiff: Record<string, ChangeKind> = { ...kind.changes?.(prior) };
  for (const [name, rule] of Object.entries(kind.inputs)) {
    if (ignoreChanges.includes(name) || ignoreChanges.includes('*')) continue;
    const [before, after] = [{ [name]: prior[name] ?? null }, { [name]: planned[name] ?? null }];
    for (const [path, change] of Object.entries(objectDiff(before, after)))
      detailedDiff[path] = rule.replaces ? (`${change}_REPLACE` as ChangeKind) : change;
  }
  const topLevel = (paths: string[]) =>
    [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))].sort();
  const paths = Object.keys(detailedDiff);
  const replaces = topLevel(paths.filter((path) => detailedDiff[path]!.endsWith('_REPLACE')));
  return {
    changes: paths.length > 0 ? 'DIFF_SOME' : 'DIFF_NONE',
    detailedDiff,
    diffs: topLevel(paths),
    replaces,
    stables: [],
    deleteBeforeReplace: false,
  };
}

/** The inputs, and the standard values where nothing is given. */
function plannedState({ inputs: rules }: ResourceKind, inputs: Bag): Bag {
  const standards = Object.entries(rules).flatMap(([name, { standard }]) =>
    standard === undefined ? [] : [[name, standard] as const],
  );
  return { ...Object.fromEntries(standards), ...inputs };
}

/** Marks what the schema calls secret, and what was given as one. */
function marked({ inputs, computed }: ResourceKind, values: Bag, given: Bag): Bag {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const secret = inputs[name]?.secret || computed[name] === 'secret' || isSecret(given[name]);
      return [name, secret && value !== null ? asSecret(value) : value];
    }),
  );
}
