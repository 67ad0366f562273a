import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Candidate } from './candidate';
import type { SiteContact } from './site-contact';
import { runUserCommand } from './user-command';

/**
 * Runs the user's acceptance command against the candidate. The slots are closed to all but the site's nodes, so the
 * candidate gets an address on this machine, each connection to which goes to the next node, over SSH.
 *
 * @throws Error when the command ends with another code than 0, or not in time.
 */
export async function accept(
  { service, slot, release }: Candidate,
  nodes: readonly string[],
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  if (!service.acceptance) return;
  const opened = await Promise.allSettled(nodes.map((node) => contact.session(node)));
  // A node that SSH does not reach can't be asked from here; the edges have found it healthy.
  const reachable = nodes.filter((_, index) => opened[index]!.status === 'fulfilled');
  if (reachable.length === 0)
    throw new Error(
      `The acceptance command of ${service.name} can't be run: SSH reaches none of ${nodes.join(', ')}`,
    );
  let turn = 0;
  const server = createServer((socket) => {
    const node = reachable[turn++ % reachable.length]!;
    contact
      .session(node)
      .then((session) => session.openTcp('127.0.0.1', service.slotPorts[slot]))
      .then((channel) => Promise.all([pipeline(socket, channel), pipeline(channel, socket)]))
      .catch(() => socket.destroy()); // the command sees a broken connection, and judges it
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const failure = await runUserCommand(
      service.acceptance.command,
      {
        EVENKEEL_CANDIDATE_URL: url,
        EVENKEEL_CANDIDATE_VERSION: release.version,
        EVENKEEL_CANDIDATE_HOST: service.hostnames[0]!,
      },
      service.acceptance.timeout,
      (line) => log(`acceptance of ${service.name} ${release.version}: ${line}`),
    );
    if (failure)
      throw new Error(
        `The acceptance command of ${service.name} refuses ${release.version} (${failure}): ${service.acceptance.command}\n` +
          `The public was not touched. Put a version that passes into the slot, and run pulumi up.`,
      );
  } finally {
    server.close();
  }
}
