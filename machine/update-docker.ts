import type { NodeConfig } from '../config/site-config';
import type { SiteContact } from '../edge/site-contact';
import { dockerApi } from '../remote/docker-api';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/** How long Docker may take to answer after its packages were changed, in ms. */
const startTime = 60_000;

/** Brings what there is of Docker's packages (Debian's or Docker's own) to the newest version of the machine's sources. */
const updateScript = `set -eu
export DEBIAN_FRONTEND=noninteractive
command -v apt-get >/dev/null || { echo "this machine has no apt-get: update its Docker by hand, between evenkeel node NAME drain and resume" >&2; exit 1; }
set --
for package in docker.io docker-ce docker-ce-cli docker-ce-rootless-extras containerd containerd.io runc; do
  case $(dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null || true) in installed) set -- "$@" "$package" ;; esac
done
[ $# -gt 0 ] || { echo "Docker was not installed with apt on this machine: update it by hand, between evenkeel node NAME drain and resume" >&2; exit 1; }
apt-get update -qq </dev/null
apt-get install -y -qq --only-upgrade -o Dpkg::Options::=--force-confold "$@" </dev/null >/dev/null
`;

/** Updates Docker on a machine that is out of service. @throws Error with apt's words, or when Docker does not answer afterwards. */
export async function updateDocker(
  node: NodeConfig,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const session = await contact.session(node.name);
  const before = await versionOn(node.name, contact);
  await runAsRoot(session, updateScript);
  let after = '';
  const left = await waitUntil(
    async () => {
      after = await versionOn(node.name, contact);
      return undefined;
    },
    startTime,
    log,
  );
  if (left !== undefined)
    throw new Error(
      `${node.name}: its Docker does not answer after the update: ${left}. It is out of service, and the site serves without it. ` +
        `See why on it with: journalctl -u docker; then: evenkeel node ${node.name} resume`,
    );
  log(`${node.name}: Docker ${before === after ? `${after} is the newest` : `${before} -> ${after}`}`);
}

async function versionOn(name: string, contact: SiteContact): Promise<string> {
  const { Version } = (await dockerApi(await contact.session(name), 5000).version()) as { Version: string };
  return Version;
}
