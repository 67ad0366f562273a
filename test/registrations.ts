import * as pulumi from '@pulumi/pulumi';

/** A resource as the program registered it. Others are named by `key`. */
export interface Registration {
  /** Type and name, as in `docker:index/service:Service shop-blue`; unique. */
  key: string;
  type: string;
  name: string;
  /** Undefined: the stack itself. */
  parent?: string;
  /** Sorted. */
  dependsOn: string[];
  ignoreChanges: string[];
  /** Whether a replacement comes after what it replaces is gone; undefined: the plugin decides. */
  deleteBeforeReplace?: boolean;
  /** Whether what it stands for stays when it is deleted. */
  retainOnDelete?: boolean;
  /** The provider that it was given itself. */
  provider?: string;
  /** Resolved; what is a secret to Pulumi is a `Secret`. */
  inputs: Record<string, unknown>;
}

/** A value that Pulumi keeps encrypted. */
export class Secret {
  constructor(readonly value: unknown) {}
}

/** What a run of a program registered. */
export interface ProgramRun {
  /** Sorted by key. */
  registrations: Registration[];
  /** `start KEY` when the engine is asked to make a resource and `end KEY` when it is made, in order. */
  events: string[];
}

/**
 * Runs a program under Pulumi's mocks and collects what it registers. Parent, dependsOn and the other options come from
 * a stack transformation, since mocks leave them out.
 *
 * @param outputs what a provider adds to the inputs of resources of a type, by type.
 * @throws Error when the program throws, or asks a provider for anything but a resource: there is nobody to answer.
 */
export async function runProgram(
  stack: string,
  program: () => void,
  outputs: Record<string, object> = {},
): Promise<ProgramRun> {
  const inputs = new Map<string, Record<string, unknown>>();
  const events: string[] = [];
  const thrown: unknown[] = [];
  const seen = new Map<pulumi.Resource, Pick<pulumi.ResourceTransformationArgs, 'type' | 'name' | 'opts'>>();
  const mocks: pulumi.runtime.Mocks = {
    newResource: async ({ type, name, inputs: given, custom }) => {
      const key = `${type} ${name}`;
      if (inputs.has(key)) throw new Error(`${key} is registered twice`);
      inputs.set(key, withSecrets(given) as Record<string, unknown>);
      events.push(`start ${key}`);
      await new Promise((resolve) => setImmediate(resolve)); // others may start meanwhile, unless they have to wait
      events.push(`end ${key}`);
      return {
        id: custom === false ? '' : `id-of-${name}`,
        state: { ...(given as object), ...outputs[type] },
      };
    },
    call: ({ token }) => {
      throw new Error(`the program asks for ${token}, which no test answers`);
    },
  };
  await pulumi.runtime.setMocks(mocks, 'evenkeel', stack);
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
      seen.set(resource, { type, name, opts });
      return undefined;
    });
    try {
      program();
    } catch (error) {
      thrown.push(error); // not from here: Pulumi would leave a promise behind that nobody handles
      return;
    }
    await Promise.all([...seen.keys()].map((resource) => promiseOf(resource.urn)));
  });
  if (thrown.length > 0) throw thrown[0];
  const keyOf = (resource: pulumi.Resource) => {
    const { type, name } = seen.get(resource)!;
    return `${type} ${name}`;
  };
  const registrations = await Promise.all(
    [...seen].map(async ([resource, { type, name, opts }]): Promise<Registration> => {
      const { provider, dependsOn, ignoreChanges, deleteBeforeReplace, retainOnDelete } =
        opts as pulumi.CustomResourceOptions;
      const needed = pulumi.output(dependsOn ?? []) as pulumi.Output<pulumi.Resource | pulumi.Resource[]>;
      const key = keyOf(resource);
      return {
        key,
        type,
        name,
        parent: opts.parent && keyOf(opts.parent),
        dependsOn: [await promiseOf(needed)].flat().map(keyOf).sort(),
        ignoreChanges: ignoreChanges ?? [],
        deleteBeforeReplace,
        retainOnDelete,
        provider: provider && keyOf(provider),
        inputs: inputs.get(key)!,
      };
    }),
  );
  return { registrations: registrations.sort((a, b) => (a.key < b.key ? -1 : 1)), events };
}

/** How Pulumi's wire format marks a secret (`specialSigKey` and `specialSecretSig` in @pulumi/pulumi's runtime/rpc). */
const signatureKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

/** Puts a `Secret` in the place of each value that the wire format marks as one. */
function withSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[signatureKey] === secretSignature) return new Secret(fields['value']);
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, withSecrets(part)]));
}

/** What an output comes to. */
function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
