import { Command } from 'commander';
import { secretNamesOf } from '../config/secret-names-of';
import { destinationsOf } from '../notify/destinations';
import { sendTest } from '../notify/send-test';
import { openProject } from './project';
import { readSecret } from './read-secret';
import { stackCommand, type StackOptions } from './stack-options';

/** `evenkeel notify`. */
export function notifyCommand(): Command {
  const command = new Command('notify').description('The messages about sites that go and come back');
  command.addCommand(
    stackCommand('test', 'Sends a test message by each way in evenkeel:messages, from this machine', [
      'notify test',
    ]).action(async (options: StackOptions) => {
      const project = await openProject(options);
      const site = project.siteWith(project.release);
      const names = [...new Set(secretNamesOf(site.messages).map(({ name }) => name))];
      const secrets = Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readSecret(project, name)] as const)),
      );
      const destinations = destinationsOf(site.messages ?? {}, (name) => secrets[name]!);
      const hostnames = site.pool?.hostnames ?? site.services.flatMap((service) => service.hostnames);
      if (!(await sendTest(destinations, hostnames, site.site, console.log))) process.exitCode = 1;
    }),
  );
  return command;
}
