import { Command, Option } from 'commander';

/** Which stack a command is about. */
export interface StackOptions {
  stack?: string;
  configFile?: string;
}

/** Which stack or stacks, where a command may be about all sites. */
export interface SitesOptions extends StackOptions {
  /** All sites of stacks/sites.yaml, whatever stack PULUMI_STACK or EVENKEEL_CONFIG_FILE names. */
  allSites?: boolean;
}

/** A command on a stack, or on all sites. */
export function sitesCommand(name: string, description: string, examples: readonly string[]): Command {
  return stackCommand(name, description, examples).addOption(
    new Option(
      '--all-sites',
      'all sites of stacks/sites.yaml, in its order; the default where that file is and no stack is named',
    ).conflicts('stack'),
  );
}

/** A command on a stack. */
export function stackCommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--stack <name>', "default: PULUMI_STACK, the selected one, or the only one of the project's")
    .addOption(
      new Option('--config-file <file>', 'the stack file, where it is not stacks/Pulumi.<stack>.yaml').env(
        'EVENKEEL_CONFIG_FILE',
      ),
    )
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  $ ./evenkeel ${example}`).join('\n')}`,
    );
}
