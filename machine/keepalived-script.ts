import { addressOwnerFile, addressOwnerScript, elsewhereFile, ownerTable } from './address-owner';
import { edgeReadinessFile, edgeReadinessScript } from './edge-readiness';
import { hearOwnerScript } from './hear-owner';
import { writtenByEvenkeel } from './keepalived-conf';

const confFile = '/etc/keepalived/keepalived.conf';
const pidFile = '/run/keepalived.pid';

/** `isOurs FILE` of the scripts below. */
const isOurs = `is_ours() { [ "$(head -n 1 ${confFile} 2>/dev/null)" = '${writtenByEvenkeel}' ]; }`;

/** Puts a script in its place in one step: keepalived may run it at any moment. */
function placeScript(file: string, script: string): string {
  return `cat >${file}.next <<'SCRIPT'\n${script}SCRIPT\nchmod 755 ${file}.next\nmv ${file}.next ${file}`;
}

/**
 * Shell script, run as root, that gives a machine its part of the shared addresses: Debian's keepalived with the given
 * configuration, now and after each boot. It can be run any number of times; without a difference it touches nothing,
 * and a difference is a reload, in which an address stays where it is.
 *
 * keepalived runs on the machine and not in a container: an address must not move since dockerd restarts, and must
 * be there before Docker is.
 *
 * @param conf text of `keepalivedConf`.
 */
export function keepalivedScript(conf: string): string {
  return `set -eu
export DEBIAN_FRONTEND=noninteractive
${isOurs}
if [ -s ${confFile} ] && ! is_ours; then
  echo 'this machine has a keepalived of its own (${confFile}), which Evenkeel leaves alone: move what is in it elsewhere, or take the place of this node out of evenkeel:edge.sharedAddresses' >&2
  exit 1
fi
if ! command -v keepalived >/dev/null; then
  command -v apt-get >/dev/null || { echo 'this machine lacks keepalived, and has no apt-get to install it: install keepalived 2.2 or newer, then run pulumi up again' >&2; exit 1; }
  echo 'installing keepalived'
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends keepalived </dev/null >/dev/null
fi
mkdir -p /etc/keepalived
cat >${confFile}.next <<'CONF'
${conf}CONF
# The interface that leads to an address: the one that has it, where this edge is its owner.
for address in $(sed -n 's/^  interface @\\(.*\\)@$/\\1/p' ${confFile}.next); do
  interface=$(ip -o address show to "$address" | awk '{ print $2; exit }')
  [ -n "$interface" ] || interface=$(ip -o route get "$address" 2>/dev/null | awk '{ for (i = 2; i < NF; i++) { if ($i == "via") exit; if ($i == "dev") { print $(i + 1); exit } } }')
  [ -n "$interface" ] || { echo "$address is in no network of this machine ($(ip -o address show scope global | awk '{ printf "%s%s %s", comma, $2, $4; comma = ", " }')): evenkeel:edge.sharedAddresses needs an address of the LAN that the edges of the place have in common" >&2; exit 1; }
  sed -i "s/@$address@/$interface/" ${confFile}.next
done
${placeScript(edgeReadinessFile, edgeReadinessScript)}
${placeScript(addressOwnerFile, addressOwnerScript)}
is_running() { kill -0 "$(cat ${pidFile} 2>/dev/null)" 2>/dev/null; }
hear_owner() {
  perl - "$@" <<'PERL'
${hearOwnerScript}PERL
}
# An edge that is new here takes no address from the one that has it and has yet to learn of this one.
is_running || awk '$1 == "vrrp_instance" { address = $2 } $1 == "interface" { interface = $2 } $1 == "virtual_router_id" { print address, interface, $2 }' ${confFile}.next |
while read -r address interface router; do hear_owner "$address" "$interface" "$router" || exit 1; done
how=start
if cmp -s ${confFile}.next ${confFile}; then
  rm ${confFile}.next
else
  mv ${confFile}.next ${confFile}
  ! is_running || how=reload
fi
if [ -d /run/systemd/system ]; then
  systemctl enable --quiet keepalived.service
  systemctl "$how" keepalived.service
else
  update-rc.d keepalived enable >/dev/null
  /etc/init.d/keepalived "$how" </dev/null >/dev/null
fi
# It checks its configuration only now (its --config-test ends with 143 whatever it finds, 2.2.7).
sleep 1
is_running || { echo 'keepalived does not run: look at journalctl -u keepalived' >&2; exit 1; }
# A reload is no change of state, so it runs no script; one that has no address begins as it does after a start.
awk '/^vrrp_instance / { address = $2 } sub(/^  notify "/, "") && sub(/" root root$/, "") { print address, $0 }' ${confFile} |
while read -r address command; do
  [ -n "$(ip -o address show to "$address")" ] || $command INSTANCE "$address" BACKUP 0
done
echo "keepalived runs, for $(sed -n 's/^vrrp_instance \\(.*\\) {$/\\1/p' ${confFile} | tr '\\n' ' ')"
`;
}

/** Takes back what `keepalivedScript` left, the package excepted. Others take over its addresses at once. */
export const withoutKeepalivedScript = `set -eu
${isOurs}
is_ours || exit 0
if [ -d /run/systemd/system ]; then
  systemctl disable --quiet --now keepalived.service
else
  /etc/init.d/keepalived stop </dev/null >/dev/null
  update-rc.d keepalived disable >/dev/null
fi
rm -f ${confFile} ${edgeReadinessFile} ${addressOwnerFile} ${elsewhereFile}
for family in inet arp; do nft delete table "$family" ${ownerTable} 2>/dev/null || true; done
echo 'shared addresses are gone from this machine'
`;
