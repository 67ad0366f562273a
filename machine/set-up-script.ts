import { edgeDirectory, haproxyUser } from '../edge/edge-paths';
import { withoutMeshScript } from './mesh-script';
import { nftablesTable } from './nftables-ruleset';

/** The oldest Docker that is supported: Debian 11's and 12's, on which everything was measured (DESIGN.md). */
export const oldestDocker = '20.10';

/** Where the rules are kept, so that a machine that boots has them before Docker opens a port. */
const rulesetFile = '/etc/evenkeel/slot-ports.nft';
const initScript = '/etc/init.d/evenkeel-slot-ports';
const systemdUnit = '/etc/systemd/system/evenkeel-slot-ports.service';

/**
 * Shell script, run as root, that makes a machine ready: Docker of a supported version, the edge's folder, and the
 * slots' ports closed, now and after each boot (by systemd where it runs, else by a SysV init script). It can be run
 * any number of times.
 *
 * @param ruleset text for `nft -f`.
 * @param sshUser gets the edge's folder as a member of its group, and Docker.
 */
export function setUpScript(ruleset: string, sshUser: string): string {
  return `set -eu
export DEBIAN_FRONTEND=noninteractive
user='${sshUser}'
set --
command -v docker >/dev/null || set -- "$@" docker.io
command -v nft >/dev/null || set -- "$@" nftables
if [ $# -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "this machine lacks $*, and has no apt-get to install it: install Docker ${oldestDocker} or newer and nftables, then run pulumi up again" >&2; exit 1; }
  echo "installing $*"
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
fi
waited=0
until version=$(docker version --format '{{.Server.Version}}' 2>/dev/null); do
  [ "$waited" -lt 30 ] || { echo "Docker is installed, but does not answer within 30 s: look at journalctl -u docker" >&2; exit 1; }
  sleep 1; waited=$((waited + 1))
done
oldest=$(printf '%s\\n%s\\n' "$version" ${oldestDocker} | sort -V | head -n 1)
[ "$oldest" = ${oldestDocker} ] || { echo "Docker is $version; ${oldestDocker} or newer is needed: apt-get install --only-upgrade docker.io" >&2; exit 1; }
[ "$user" = root ] || usermod -aG docker "$user"
mkdir -p ${edgeDirectory} /etc/evenkeel
chown ${haproxyUser}:"$(id -g "$user")" ${edgeDirectory}
chmod 2770 ${edgeDirectory}
cat >${rulesetFile}.next <<'RULESET'
${ruleset}RULESET
nft -c -f ${rulesetFile}.next
mv ${rulesetFile}.next ${rulesetFile}
if [ -d /run/systemd/system ]; then
  cat >${systemdUnit} <<'UNIT'
[Unit]
Description=Slot ports are open to the site's own nodes only (Evenkeel)
Before=docker.service network-pre.target
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${rulesetFile}
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --quiet evenkeel-slot-ports.service
else
  cat >${initScript} <<'INIT'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          evenkeel-slot-ports
# Required-Start:    $local_fs
# Required-Stop:
# X-Start-Before:    docker
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: Slot ports are open to the site's own nodes only (Evenkeel)
### END INIT INFO
[ "$1" = stop ] || exec /usr/sbin/nft -f ${rulesetFile}
INIT
  chmod 755 ${initScript}
  update-rc.d evenkeel-slot-ports defaults >/dev/null
fi
nft -f ${rulesetFile}
echo "Docker $version, slot ports closed to all but the site's nodes"
`;
}

/** Takes back what `setUpScript` left, Docker excepted: it may serve others. */
export const tearDownScript = `set -eu
if [ -d /run/systemd/system ]; then systemctl disable --quiet evenkeel-slot-ports.service 2>/dev/null || true; fi
rm -f ${systemdUnit} ${rulesetFile} ${initScript}
if command -v update-rc.d >/dev/null; then update-rc.d evenkeel-slot-ports remove >/dev/null 2>&1 || true; fi
nft delete table inet ${nftablesTable} 2>/dev/null || true
${withoutMeshScript}
rm -rf /var/lib/evenkeel /etc/evenkeel
echo "slot ports, edge folder and rules of Evenkeel are gone"
`;
