import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { messageOf } from '../edge/site-contact';
import { deliverCertificate } from '../machine/deliver-certificate';
import { removeTlsFiles } from '../machine/write-certificate';
import { SshSession, type SshTarget } from '../remote/ssh-session';

/** The steps about the certificate that `pulumi up` runs, hidden like those of a release. Its key comes on standard input. */
export function certificateSteps(): Command[] {
  return [
    step('deliver-certificate', 'Bring the certificate to every edge', async (edges, session) => {
      const originPullsCa = variable('EVENKEEL_ORIGIN_PULLS_CA');
      const files = {
        bundle: `${variable('EVENKEEL_CERTIFICATE').trim()}\n${await text(process.stdin)}`,
        ...(originPullsCa && { originPullsCa }),
      };
      console.log((await deliverCertificate(edges, files, { session })).join('\n'));
    }),
    step('remove-certificate', 'Take the certificate away from every edge', async (edges, session) => {
      const removed = edges.map((edge) =>
        session(edge)
          .then(removeTlsFiles)
          // A machine that is gone for good must not keep the certificate in the stack.
          .catch((error: unknown) => console.log(`${edge}: keeps its key: ${messageOf(error)}`)),
      );
      await Promise.all(removed);
    }),
  ];
}

function step(
  name: string,
  description: string,
  run: (edges: string[], session: (name: string) => Promise<SshSession>) => Promise<void>,
): Command {
  return new Command(name).description(`${description} (run by pulumi up)`).action(async () => {
    const targets = JSON.parse(variable('EVENKEEL_EDGES')) as SshTarget[];
    const open: SshSession[] = [];
    const session = async (edge: string) => {
      const opened = await SshSession.open(targets.find((each) => each.name === edge)!);
      open.push(opened);
      return opened;
    };
    try {
      await run(
        targets.map((each) => each.name),
        session,
      );
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
