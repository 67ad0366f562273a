import {
  unknownCheckingProxy,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
} from '@pulumi/policy';
import type { DeclaredResource } from './declared-resource';

/** One thing that a policy reported. */
export interface Violation {
  /** Name of the resource it was reported on; absent when it was the stack as a whole. */
  readonly resource?: string;
  readonly message: string;
}

/**
 * Runs one policy over the resources as the engine does: `validateResource` on the inputs of each, then `validateStack` on
 * the outputs of all. Like the engine, it shows a component's inputs to the former only: what a component registers are
 * its inputs, and outputs of its own it has none here.
 *
 * @param config what a `--policy-pack-config` file says of this policy. Default: nothing.
 * @throws UnknownValueError when the policy reads a value that a preview can't know (the engine makes it a note).
 */
export async function violationsOf(
  policy: Partial<ResourceValidationPolicy & StackValidationPolicy>,
  resources: readonly DeclaredResource[],
  config: object = {},
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const shared = {
    stackTags: new Map<string, string>(),
    getConfig: <T extends object>() => config as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
  for (const resource of resources.filter(({ registered }) => registered ?? true)) {
    const report: ReportViolation = (message) => violations.push({ resource: resource.name, message });
    const args: ResourceValidationArgs = { ...engineView(resource, resource.inputs), ...shared };
    for (const validate of [policy.validateResource ?? []].flat()) {
      await unlessNotApplicable(() => validate(args, report));
    }
  }
  const report: ReportViolation = (message, urn) => {
    const resource = resources.find((candidate) => urnOf(candidate) === urn);
    violations.push(resource ? { resource: resource.name, message } : { message });
  };
  const args: StackValidationArgs = { resources: resources.map(stackView), ...shared };
  await unlessNotApplicable(() => policy.validateStack?.(args, report));
  return violations;
}

/** What a policy throws, through `args.notApplicable`, to say that it has nothing to judge. */
class NotApplicable extends Error {}

async function unlessNotApplicable(run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
  }
}

function stackView(resource: DeclaredResource): PolicyResource {
  const isComponent = resource.type.startsWith('evenkeel:');
  const view = engineView(resource, isComponent ? {} : resource.inputs);
  return { ...view, asType: () => undefined, dependencies: [], propertyDependencies: {} };
}

function engineView(resource: DeclaredResource, props: Readonly<Record<string, unknown>> = {}) {
  return {
    type: resource.type,
    name: resource.name,
    urn: urnOf(resource),
    props: withUnknowns(props),
    opts: {
      protect: false,
      ignoreChanges: [...(resource.ignoreChanges ?? [])],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    isType: () => false,
    asType: () => undefined,
  };
}

/** The SDK's own wrapper: reading an unknown value throws. Its type is missing from the SDK's declarations. */
const withUnknowns = unknownCheckingProxy as (props: object) => Record<string, unknown>;

function urnOf({ type, name }: DeclaredResource): string {
  return `urn:pulumi:home::evenkeel::${type}::${name}`;
}
