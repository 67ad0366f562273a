import { local } from '@pulumi/command';
import type * as pulumi from '@pulumi/pulumi';

/**
 * A step that Evenkeel's own CLI does: `./evenkeel STEP`, run by Pulumi in the program's folder. It runs again when its
 * environment changes, and only then.
 *
 * @param environment inputs of the step; never a secret.
 * @param undo STEP that runs when the resource is deleted.
 * @param stdin what the step gets as standard input, where a secret goes: no process list and no environment shows it.
 */
export function cliCommand(
  name: string,
  step: string,
  environment: Record<string, pulumi.Input<string>>,
  options: pulumi.CustomResourceOptions & { undo?: string; stdin?: pulumi.Input<string> },
): local.Command {
  const { undo, stdin, ...resourceOptions } = options;
  return new local.Command(
    name,
    {
      create: `./evenkeel ${step}`,
      ...(undo ? { delete: `./evenkeel ${undo}` } : {}),
      environment,
      ...(stdin !== undefined ? { stdin } : {}),
    },
    resourceOptions,
  );
}
