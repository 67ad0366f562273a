import { Command } from 'commander';
import { certificateSteps } from './certificate-steps';
import { certsCommand } from './certs-command';
import { drillCommand } from './drill-command';
import { labCommand } from './lab-command';
import { machineCommand } from './machine-command';
import { nodeCommand } from './node-command';
import { notifyCommand } from './notify-command';
import { recoveryCommands } from './recovery-commands';
import { report } from './report-error';
import { releaseCommands } from './release-commands';
import { releaseSteps } from './release-steps';
import { statusCommands } from './status-commands';
import { testCommand } from './test-command';
import { outliveTerminal } from './outlive-terminal';

outliveTerminal();
// It is for the start of this process; what it starts has a cache of its own, or none.
delete process.env['NODE_COMPILE_CACHE'];

const program = new Command('evenkeel')
  .description('Blue/green releases of a web service on three or five small machines, without a lost request')
  .addHelpText(
    'after',
    `
Examples:
  $ ./evenkeel lab           # three machines on this one: deploy, release under load, print what happened
  $ ./evenkeel test          # install what is needed and run all tests
  $ pulumi preview           # on your own machines: see what would change
  $ pulumi up                # and do it

Exit codes: 0 done, 1 it could not be done (the reason is printed), 2 the command line is wrong, 3 refused as things stand (nothing was changed), 4 a canary that is not good enough, 70 a fault of Evenkeel's own.`,
  )
  .enablePositionalOptions()
  .showHelpAfterError('(add --help for what there is)');

for (const command of [...releaseCommands(), ...statusCommands(), ...recoveryCommands()])
  program.addCommand(command);
program.addCommand(certsCommand());
program.addCommand(nodeCommand());
program.addCommand(notifyCommand());
program.addCommand(labCommand());
program.addCommand(drillCommand());
program.addCommand(testCommand());
for (const step of releaseSteps()) program.addCommand(step, { hidden: true });
program.addCommand(machineCommand(), { hidden: true });
for (const step of certificateSteps()) program.addCommand(step, { hidden: true });

/** Every command throws instead of exiting, so that there is one place that knows the exit codes. */
function throwErrors(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwErrors);
}
throwErrors(program);

program.parseAsync().then(
  () => process.exit(process.exitCode ?? 0), // a broken SSH session may keep a socket open
  (error: unknown) => process.exit(report(error)),
);
