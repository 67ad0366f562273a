import { Command, InvalidArgumentError } from 'commander';
import { labDown, labUp, readLab } from '../lab/lab';
import { labVariables } from '../lab/lab-variables';

/** `evenkeel lab`: three machines on this one, to look at and to test on. */
export function labCommand(): Command {
  const lab = new Command('lab')
    .enablePositionalOptions()
    .description(
      'Bring up three machines on this one, deploy the sample service and release a new version under load',
    )
    .option('--machines <1|3|5>', 'how many machines', readMachines, 3)
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .addHelpText(
      'after',
      `
Examples:
  $ ./evenkeel lab               # from nothing to a release under load; a second run releases the next version
  $ ./evenkeel lab --json | jq .lost
  $ ./evenkeel lab up            # the machines only
  $ ./evenkeel lab exec pi1 docker node ls
  $ ./evenkeel lab down          # leaves nothing behind but what took long to make, in ~/.cache/evenkeel`,
    )
    .action(async (options: { machines: 1 | 3 | 5; json?: boolean }) => {
      const log = options.json ? console.error : console.log;
      const { demonstrate } = await import('../lab/demonstration.js'); // the load's client takes a while to start
      const result = await demonstrate(await labUp({ machines: options.machines, log }), log);
      if (options.json) console.log(JSON.stringify(result, null, 2));
      if (result.lost + result.wrong > 0)
        throw new Error(`${result.lost} requests were lost and ${result.wrong} wrong; none should be`);
    });
  lab
    .command('up')
    .description('Bring the machines up, or repair them; deploys nothing')
    .option('--machines <1|3|5>', 'how many machines', readMachines, 3)
    .action(async (_options: unknown, command: Command) => {
      const { machines } = command.optsWithGlobals<{ machines: 1 | 3 | 5 }>();
      await labUp({ machines, log: console.log });
    });
  lab
    .command('down')
    .description('Take the machines away, with all that was on them')
    .action(() => labDown({ log: console.log }));
  lab
    .command('env')
    .description("Print what makes pulumi and evenkeel work on the lab's stack, for a shell")
    .addHelpText(
      'after',
      `
Examples:
  $ eval "$(./evenkeel lab env)"
  $ ./evenkeel status`,
    )
    .action(async () => {
      const running = await readLab();
      if (!running) throw new Error('The lab is not up. Run: ./evenkeel lab');
      for (const [name, value] of Object.entries(labVariables(running)))
        console.log(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
    });
  lab
    .command('exec')
    .description('Run a command on a machine (not over the network)')
    .argument('<machine>', 'pi1, pi2, …')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (machine: string, command: string[]) => {
      const running = await readLab();
      if (!running) throw new Error('The lab is not up. Run: ./evenkeel lab up');
      const { stdout, stderr, code } = await running.exec(machine, command);
      process.stdout.write(stdout);
      process.stderr.write(stderr);
      process.exitCode = code;
    });
  return lab;
}

function readMachines(value: string): 1 | 3 | 5 {
  const count = ([1, 3, 5] as const).find((each) => String(each) === value);
  if (count) return count;
  throw new InvalidArgumentError('1, 3 or 5: a Swarm needs an odd number of managers.');
}
