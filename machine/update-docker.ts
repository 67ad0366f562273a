import type { NodeConfig } from '../config/site-config';
import type { SiteContact } from '../edge/site-contact';
import { dockerApi } from '../remote/docker-api';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/** How long Docker may take to answer after its packages were changed, in ms. */
const startTime = 60_000;

/**
 * Brings what there is of Docker's packages (Debian's or Docker's own) to the newest version of the machine's sources, and
 * prints each one's name and its version before and after. It waits for another apt (unattended-upgrades) to end.
 *
 * Debian's docker.io does not restart Docker when it is upgraded (its postinst only starts it): that is done here, also after
 * a run that was interrupted, where a process still runs a program that is not there any more.
 */
const updateScript = `set -eu
export DEBIAN_FRONTEND=noninteractive
command -v apt-get >/dev/null || { echo "this machine has no apt-get: update its Docker by hand, between evenkeel node NAME drain and resume" >&2; exit 1; }
set --
for package in docker.io docker-ce docker-ce-cli docker-ce-rootless-extras containerd containerd.io runc; do
  case $(dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null || true) in installed) set -- "$@" "$package" ;; esac
done
[ $# -gt 0 ] || { echo "Docker was not installed with apt on this machine: update it by hand, between evenkeel node NAME drain and resume" >&2; exit 1; }
before=
for package; do before="$before$(dpkg-query -W -f '\${Version}' "$package") "; done
apt-get update -qq -o DPkg::Lock::Timeout=300 </dev/null >/dev/null
apt-get install -y -qq --only-upgrade --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" </dev/null >/dev/null
if ls -l /proc/[0-9]*/exe 2>/dev/null | grep -Eq '/(dockerd|containerd) \\(deleted\\)$'; then
  if [ -d /run/systemd/system ]; then systemctl restart docker; else /etc/init.d/docker restart </dev/null >&2; fi
fi
for package; do
  echo "$package \${before%% *} $(dpkg-query -W -f '\${Version}' "$package")"
  before=\${before#* }
done
`;

/** Updates Docker on a machine that is out of service. @throws Error with apt's words, or when Docker does not answer afterwards. */
export async function updateDocker(
  node: NodeConfig,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const session = await contact.session(node.name);
  const packages = (await runAsRoot(session, updateScript)).split('\n').map((line) => line.split(' '));
  const left = await waitUntil(
    async () => {
      await dockerApi(await contact.session(node.name), 5000).version();
      return undefined;
    },
    startTime,
    log,
  );
  if (left !== undefined)
    throw new Error(
      `${node.name}: its Docker does not answer after the update: ${left}. It is out of service, and the others serve without it. ` +
        `See why on it with: journalctl -u docker; then: evenkeel node ${node.name} resume`,
    );
  const newer = packages.filter(([, before, after]) => before !== after);
  for (const [name, before, after] of newer.length > 0 ? newer : packages)
    log(`${node.name}: ${name} ${before === after ? `${after} is the newest` : `${before} -> ${after}`}`);
}
