import type { MeshConfig, NodeMeshConfig } from '../config/site-config';
import { meshAppliedFile, meshConfFile, meshKeyFile } from './mesh-files';
import { meshInterface } from './mesh-interface';

/**
 * Shell script that brings the mesh up on a node, or takes over what is new in its file. `wg syncconf` changes just what
 * is different: the sessions of all other peers go on. Run by root, at boot before Docker, whose Swarm listens there.
 *
 * The kernel does it where it can; else wireguard-go, in a process of its own.
 */
export function meshUpScript({ network, mtu }: MeshConfig, { address }: NodeMeshConfig): string {
  const own = `${address}/${network.split('/')[1]}`;
  return `#!/bin/sh
# Written by Evenkeel: brings the mesh up, or takes over what is new in ${meshConfFile}.
set -eu
if ! ip link show dev ${meshInterface} >/dev/null 2>&1; then
  modprobe wireguard 2>/dev/null || true
  if ! ip link add dev ${meshInterface} type wireguard 2>/dev/null; then
    modprobe tun 2>/dev/null || true
    wireguard-go ${meshInterface} >/dev/null 2>&1 || { echo "neither the kernel nor wireguard-go makes ${meshInterface}: is there a /dev/net/tun?" >&2; exit 1; }
  fi
fi
# The key goes through a pipe: it is in no process list.
{ printf '[Interface]\\nPrivateKey = %s\\n' "$(cat ${meshKeyFile})"; cat ${meshConfFile}; } | wg syncconf ${meshInterface} /dev/stdin
ip address replace ${own} dev ${meshInterface}
ip -o address show dev ${meshInterface} scope global | while read -r _ _ _ has _; do
  [ "$has" = ${own} ] || ip address del "$has" dev ${meshInterface}
done
ip link set dev ${meshInterface} mtu ${mtu} up
cp ${meshConfFile} ${meshAppliedFile}
`;
}
