import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { deliverCertificate } from '../machine/deliver-certificate';
import { SshSession, type SshTarget } from '../remote/ssh-session';

/** The step that brings the certificate to the edges, hidden like those of a release. Its key comes on standard input. */
export function certificateStep(): Command {
  return new Command('deliver-certificate')
    .description('Bring the certificate to every edge (run by pulumi up)')
    .action(async () => {
      const targets = JSON.parse(variable('EVENKEEL_EDGES')) as SshTarget[];
      const originPullsCa = variable('EVENKEEL_ORIGIN_PULLS_CA');
      const files = {
        bundle: `${variable('EVENKEEL_CERTIFICATE').trim()}\n${await text(process.stdin)}`,
        ...(originPullsCa && { originPullsCa }),
      };
      const open: SshSession[] = [];
      const session = async (name: string) => {
        const opened = await SshSession.open(targets.find((each) => each.name === name)!);
        open.push(opened);
        return opened;
      };
      try {
        const lines = await deliverCertificate(
          targets.map(({ name }) => name),
          files,
          { session },
        );
        console.log(lines.join('\n'));
      } finally {
        for (const each of open) each.close();
      }
    });
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: this command is run by pulumi up, not by hand`);
  return value;
}
