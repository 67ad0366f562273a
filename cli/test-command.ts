import { Command, Option } from 'commander';
import { runTests, testParts, type TestPart } from '../test/run-tests';

/** `evenkeel test`: everything that says whether this checkout works. */
export function testCommand(): Command {
  return new Command('test')
    .description(
      'Install what is needed and run all tests: types, lint, format, units, and end to end on the lab',
    )
    .addOption(new Option('--only <part>', 'run one part').choices([...testParts]))
    .option('--keep-lab', 'leave the lab as it is at the end, to look at it')
    .argument('[pattern]', 'run only test files whose path has this in it')
    .addHelpText(
      'after',
      `
Examples:
  $ ./evenkeel test                          # everything; what CI runs
  $ ./evenkeel test --only unit release      # units of release/
  $ ./evenkeel test --only lab --keep-lab    # end to end, and leave the lab up

The lab's tests run on three labs side by side, on fewer where memory is short. A file that is red there is run once more
with the machine to itself, which the output says, and which counts. So are up to three files of units, unless a property
has a counterexample.

Exit code: 0 when all passed, 1 when not.`,
    )
    .action(async (pattern: string | undefined, options: { only?: TestPart; keepLab?: boolean }) => {
      const passed = await runTests({ ...options, pattern, log: console.log });
      process.exitCode = passed ? 0 : 1;
    });
}
