import {
  meshAppliedFile,
  meshConfFile,
  meshInitFile,
  meshKeyFile,
  meshPublicKeyFile,
  meshUnitFile,
  meshUpFile,
} from './mesh-files';
import { meshInterface } from './mesh-interface';

/**
 * Shell script, run as root, that gives a node what a mesh needs, WireGuard and a key of its own, and prints the public
 * one as `key <base64>`. The private key is made there and stays there. It can be run any number of times.
 */
export const meshKeyScript = `set -eu
export DEBIAN_FRONTEND=noninteractive
set --
command -v wg >/dev/null || set -- "$@" wireguard-tools
if ! ip link show dev ${meshInterface} >/dev/null 2>&1; then
  modprobe wireguard 2>/dev/null || true
  if ip link add dev wg-probe type wireguard 2>/dev/null; then
    ip link del dev wg-probe
  else
    command -v wireguard-go >/dev/null || set -- "$@" wireguard-go
  fi
fi
if [ $# -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "this machine lacks $*, and has no apt-get to install it: install it, then run pulumi up again" >&2; exit 1; }
  echo "installing $*"
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
fi
mkdir -p /etc/evenkeel
if [ ! -s ${meshKeyFile} ]; then
  umask 077
  wg genkey >${meshKeyFile}.next
  mv ${meshKeyFile}.next ${meshKeyFile}
fi
wg pubkey <${meshKeyFile} >${meshPublicKeyFile}.next
chmod 644 ${meshPublicKeyFile}.next
mv ${meshPublicKeyFile}.next ${meshPublicKeyFile}
echo "key $(cat ${meshPublicKeyFile})"
`;

/** Puts a text in its place in one step, and notes in `new` whether it is another one. */
function place(file: string, mode: string, mark: string, text: string): string {
  return `cat >${file}.next <<'${mark}'
${text}${mark}
chmod ${mode} ${file}.next
if cmp -s ${file}.next ${file}; then rm ${file}.next; else mv ${file}.next ${file}; new=yes; fi`;
}

/**
 * Shell script, run as root, that gives a node its peers, now and after each boot. It can be run any number of times;
 * without a difference it touches nothing that runs.
 *
 * @param conf text of `meshConf`.
 * @param up text of `meshUpScript`.
 */
export function meshScript(conf: string, up: string): string {
  return `set -eu
new=
${place(meshConfFile, '644', 'CONF', conf)}
${place(meshUpFile, '755', 'SCRIPT', up)}
if [ -d /run/systemd/system ]; then
  ${place(
    meshUnitFile,
    '644',
    'UNIT',
    `[Unit]
Description=The mesh of the site's nodes (Evenkeel)
After=network-pre.target
Before=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${meshUpFile}
[Install]
WantedBy=multi-user.target
`,
  )}
  [ -z "$new" ] || systemctl daemon-reload
  systemctl enable --quiet evenkeel-mesh.service
  # Before the script below runs: a wireguard-go is to belong to the unit, and not to this session.
  systemctl start evenkeel-mesh.service
else
  ${place(
    meshInitFile,
    '755',
    'INIT',
    `#!/bin/sh
### BEGIN INIT INFO
# Provides:          evenkeel-mesh
# Required-Start:    $local_fs
# Required-Stop:
# X-Start-Before:    docker
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: The mesh of the site's nodes (Evenkeel)
### END INIT INFO
[ "$1" = stop ] || exec ${meshUpFile}
`,
  )}
  update-rc.d evenkeel-mesh defaults >/dev/null
fi
if [ -z "$new" ] && wg show ${meshInterface} >/dev/null 2>&1 && cmp -s ${meshConfFile} ${meshAppliedFile}; then exit 0; fi
${meshUpFile} </dev/null
echo "in the mesh with $(grep -c '^\\[Peer\\]' ${meshConfFile} || true) other nodes"
`;
}

/** Takes the mesh away from a machine, its key too, the packages excepted. Nothing where there is none. */
export const withoutMeshScript = `if [ -e ${meshConfFile} ] || [ -e ${meshKeyFile} ]; then
  if [ -d /run/systemd/system ]; then
    systemctl disable --quiet --now evenkeel-mesh.service 2>/dev/null || true
  else
    update-rc.d evenkeel-mesh remove >/dev/null 2>&1 || true
  fi
  ip link del dev ${meshInterface} 2>/dev/null || true
  rm -f ${meshAppliedFile} ${meshUnitFile} ${meshInitFile} ${meshUpFile} ${meshConfFile} ${meshPublicKeyFile} ${meshKeyFile}
fi`;
