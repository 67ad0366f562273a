import { Command, Option } from 'commander';

/** Which stack a command is about. */
export interface StackOptions {
  stack?: string;
  configFile?: string;
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
