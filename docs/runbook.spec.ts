import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { labCommand } from '../cli/lab-command';
import { nodeCommand } from '../cli/node-command';
import { recoveryCommands } from '../cli/recovery-commands';
import { releaseCommands } from '../cli/release-commands';
import { statusCommands } from '../cli/status-commands';

const page = readFileSync(join(__dirname, 'runbook.md'), 'utf8');

/** Each `evenkeel …` of the page, in code blocks and in running text, as its words. */
const lines = [...page.matchAll(/(?:^|[\s`])(?:\.\/)?evenkeel ([a-z][^`\n#>]*)/gm)]
  .map((match) => match[1]!.trim())
  .filter((line, index, all) => all.indexOf(line) === index);

/** A line's words, as the shell would give them; a key that is cut short is made whole. */
function words(line: string): string[] {
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIPAeuWyyS52WHb8qyQsa+gLAQZLSgnbZ/LPrZCSWMuKL';
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", '').replace('AAAA…', key));
}

/** The commands as commander has them, but none does anything. */
function program(): Command {
  const all = new Command('evenkeel');
  for (const command of [
    ...releaseCommands(),
    ...statusCommands(),
    ...recoveryCommands(),
    nodeCommand(),
    labCommand(),
  ])
    all.addCommand(command);
  const tame = (command: Command) => {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ writeErr: () => undefined });
    if (command !== all) command.action(() => undefined);
    command.commands.forEach(tame);
  };
  tame(all);
  return all;
}

describe('the runbook', () => {
  it.each(lines)('has a command that exists: evenkeel %s', (line) => {
    expect(() => program().parse(words(line), { from: 'user' })).not.toThrow();
  });

  it('is checked by commands that refuse what does not exist', () => {
    expect(lines).toContain('recover --from pi1');
    for (const wrong of ['recovr', 'recover --form pi1', 'recover pi1', 'logs', 'backup --keep no'])
      expect(() => program().parse(wrong.split(' '), { from: 'user' })).toThrow();
  });

  it('refers only to sections that it has', () => {
    const titles = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1]!);
    for (const [, named] of page.matchAll(/see "(.*?)"/gi)) expect(titles).toContain(named);
    // The words of a refusal point there too.
    expect(titles).toContain("The Swarm's state is lost");
  });
});
