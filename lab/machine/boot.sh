#!/bin/bash
# The boot of a machine: runs once at each start of the container, below docker-init (which reaps what is orphaned).
# /run is a fresh tmpfs each time, so nothing of the last boot (pid files, sockets) is in the way, as on a real machine.
exec >>/var/log/boot.log 2>&1
echo "$(date -Is) boot"

mount -o remount,rw /proc/sys 2>/dev/null # read-only in some engines; elsewhere no mount of its own
mkdir -p /run/lock /run/sshd
chmod 1777 /run/lock
# As udev makes it on any machine; wireguard-go needs it where the kernel has no WireGuard.
[ -c /dev/net/tun ] || { mkdir -p /dev/net && mknod -m 666 /dev/net/tun c 10 200; }

cgroup_options=
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a group that has processes can't share controllers with its children, so ours move to a leaf.
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
elif [ -n "${LAB_CGROUP:-}" ]; then
  # cgroup v1: the hierarchy is the host's. One group for this machine; what the last boot left in it is empty by now.
  find /sys/fs/cgroup/*/"${LAB_CGROUP#/}" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null
  cgroup_options="--cgroup-parent=$LAB_CGROUP"
fi
echo "DOCKER_OPTS=\"$cgroup_options\"" >/etc/default/docker

# The runlevels of a booting Debian, in order: whatever was installed with update-rc.d starts here.
export runlevel=2 RUNLEVEL=2 PREVLEVEL=N previous=N
for script in /etc/rcS.d/S* /etc/rc2.d/S*; do
  [ -x "$script" ] || continue
  echo "$(date -Is) $script"
  timeout 60 "$script" start </dev/null
done
echo "$(date -Is) booted"
touch /run/booted
exec sleep infinity
