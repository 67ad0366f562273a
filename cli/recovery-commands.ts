import { InvalidArgumentError, Option, type Command } from 'commander';
import { backUp, type BackupOptions } from './backup';
import { outputOf } from './change-release';
import { meshCommand } from './mesh-command';
import { recover, type RecoverOptions } from './recover';
import { stackCommand } from './stack-options';

/** The commands for a disaster; docs/runbook.md says which one is for which. */
export function recoveryCommands(): Command[] {
  return [recoverSwarm(), backup(), meshCommand()];
}

function recoverSwarm(): Command {
  return stackCommand(
    'recover',
    'Give the Swarm a quorum again after half of its managers or more are lost for good; asks first',
    [
      'recover',
      'recover --from pi1 --yes --json                       # for a script',
      'recover --backup backups/home-2026-01-31T031500Z      # no manager has its disk any more',
    ],
  )
    .option('--from <node>', 'the manager to go on from; default: the one with the newest state')
    .addOption(
      new Option(
        '--backup <folder>',
        'a backup, whose state of the Swarm is put back on the manager that it is from',
      ).conflicts('from'),
    )
    .option('--yes', 'ask nothing')
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .action((options: RecoverOptions) => recover(options, outputOf(options)));
}

function backup(): Command {
  return stackCommand(
    'backup',
    "Keep a copy of Pulumi's state, the stack file and the Swarm's state, for you alone to read",
    ['backup', 'backup --to /var/backups/evenkeel --keep 30   # each night: docs/runbook.md, "Backups"'],
  )
    .option('--to <folder>', 'where to', 'backups')
    .option('--keep <number>', 'how many of this stack are kept', readKeep, 14)
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .action((options: BackupOptions) => backUp(options, outputOf(options)));
}

function readKeep(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('a whole number from 1 to 9999.');
}
