import type { ResourceValidationPolicy } from '@pulumi/policy';
import type { DockerServiceProps } from './shared/docker-service-props';
import { ifKnown } from './shared/if-known';
import { labelsOf } from './shared/labels-of';
import { resourceTypes } from './shared/resource-types';
import { secretSign } from './shared/secret-sign';

/**
 * No secret stands in an environment or a label: `docker service inspect` and the process list show both to everybody on
 * the machine. The message names the key, never the value.
 */
export const noPlainSecrets: ResourceValidationPolicy = {
  name: 'no-plain-secrets',
  description: 'No secret stands in an environment or a label.',
  validateResource(args, reportViolation) {
    const wayOut = args.opts.ignoreChanges.includes('*') ? ` ${frozenRemedy}` : '';
    for (const { place, values, remedy } of placesOf(args.type, args.props)) {
      for (const [key, value] of values) {
        const sign = secretSign(key, value);
        if (sign === undefined) continue;
        reportViolation(
          `${args.name}: ${place} "${key}" seems to hold a secret: ${sign} (value not shown). ` +
            `Allowed: no secret here; under such a name, nothing or a path under /run/secrets. ${remedy}${wayOut}`,
        );
      }
    }
  },
};

/** One place of a resource where a secret would be seen. */
interface Place {
  /** What the place is called in a message. */
  readonly place: string;
  readonly values: ReadonlyMap<string, string>;
  readonly remedy: string;
}

const serviceRemedy =
  'Put it under evenkeel:secrets (pulumi config set --secret --path evenkeel:secrets.NAME), ' +
  "write NAME into the service's secrets, and let the program read /run/secrets/NAME.";
/** Without it there would be no way on: a frozen slot is judged by what the state says of it, which no config changes. */
const frozenRemedy =
  'This slot is frozen, so it keeps what it was deployed with: where that is the fault, put a clean release into the idle ' +
  'slot and switch, for that time with {"no-plain-secrets": "advisory"} in the file of --policy-pack-config.';
const commandRemedy =
  'Keep it under evenkeel:secrets (pulumi config set --secret --path evenkeel:secrets.NAME), ' +
  'and give it to the command through stdin.';

function placesOf(type: string, props: Record<string, unknown>): Place[] {
  switch (type) {
    case resourceTypes.dockerService: {
      const service = props as DockerServiceProps;
      const container = () => service.taskSpec?.containerSpec;
      return [
        {
          place: 'environment variable',
          values: knownStrings(() => container()?.env),
          remedy: serviceRemedy,
        },
        { place: 'service label', values: labelsOf(() => service.labels), remedy: serviceRemedy },
        { place: 'container label', values: labelsOf(() => container()?.labels), remedy: serviceRemedy },
      ];
    }
    case resourceTypes.localCommand:
    case resourceTypes.remoteCommand: {
      const environment = knownStrings(
        () => props.environment as Readonly<Record<string, unknown>> | undefined,
      );
      return [{ place: 'environment variable', values: environment, remedy: commandRemedy }];
    }
    default:
      return [];
  }
}

/** The strings of a map, by key. What a preview can't know yet is left out; the update judges it. */
function knownStrings(read: () => Readonly<Record<string, unknown>> | undefined): Map<string, string> {
  const map = ifKnown(read) ?? {};
  const strings = new Map<string, string>();
  for (const key of Object.keys(map)) {
    const value = ifKnown(() => map[key]);
    if (typeof value === 'string') strings.set(key, value);
  }
  return strings;
}
