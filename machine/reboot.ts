import type { NodeConfig } from '../config/site-config';
import type { SiteContact } from '../edge/site-contact';
import { dockerApi } from '../remote/docker-api';
import type { SshSession } from '../remote/ssh-session';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/** How long a machine may take until SSH and Docker answer after a reboot, in ms. A Raspberry Pi 4 with a slow card needs about a minute. */
const bootTime = 300_000;

/** Begins a second later, so that the answer to this gets through. */
const rebootScript = `if [ -d /run/systemd/system ]; then reboot='systemctl reboot'; else reboot=reboot; fi
command -v \${reboot%% *} >/dev/null || { echo "this machine has no \${reboot%% *}" >&2; exit 1; }
setsid sh -c "sleep 1; $reboot" </dev/null >/dev/null 2>&1 &
`;

/**
 * What is another one after each boot: the kernel's boot ID and, for a machine that is a container and so has its host's
 * kernel, when its first process was started (field 22 of proc(5)'s stat).
 */
const bootScript = `cat /proc/sys/kernel/random/boot_id; sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20`;

/**
 * Boots a machine again, and waits until it has: its SSH and its Docker answer, and it says that it is another boot.
 * @throws Error when it does not come back.
 */
export async function reboot(
  node: NodeConfig,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const session = await contact.session(name);
  const before = await bootOf(session);
  log(`${name}: rebooting`);
  await runAsRoot(session, rebootScript);
  const left = await waitUntil(
    async () => {
      const now = await contact.session(name);
      if ((await bootOf(now)) === before) return `${name}: has not gone down yet`;
      await dockerApi(now, 5000).info();
      return undefined;
    },
    bootTime,
    log,
  );
  if (left !== undefined)
    throw new Error(
      `${left}, ${bootTime / 1000} s after it was told to reboot. It is out of service, and the others serve without it. Look at the ` +
        `machine (power, screen); when it is up: evenkeel node ${name} resume`,
    );
}

async function bootOf(session: SshSession): Promise<string> {
  const { stdout, code } = await session.exec(bootScript);
  if (code !== 0) throw new Error(`${session.node}: does not say which boot it is in`);
  return stdout.trim();
}
