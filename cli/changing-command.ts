import type { Command } from 'commander';
import { sitesCommand } from './stack-options';

/** A command on one service, at one site or at all of them. */
export function changing(name: string, description: string, examples: readonly string[]): Command {
  return withChangeOptions(sitesCommand(name, description, examples));
}

/** What all commands on a service have. */
export function withChangeOptions(command: Command): Command {
  return command
    .argument('<service>', 'its name in evenkeel:services')
    .option('--yes', 'ask nothing')
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .option('--config-only', 'edit the stack file and stop there: for a pull request');
}
