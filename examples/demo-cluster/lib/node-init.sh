#!/bin/bash
# Process 1 of a node: makes the node's root directory, enters it, and then only reaps zombies. Killing it ends all
# processes of the node, and its mounts.
# usage: node-init.sh NODE     (DEMO_LIB, DEMO_BASE, DEMO_CLUSTER, DEMO_CHECKOUT, DEMO_PREFIX in the environment)
set -euo pipefail
# shellcheck source=common.sh
. "$DEMO_LIB/common.sh"
# shellcheck source=rootfs.sh
. "$DEMO_LIB/rootfs.sh"

node=$1
directory=$DEMO_CLUSTER/nodes/$node

enter_root() {
    local scratch=$directory/mnt
    assemble_root "$scratch" "$DEMO_CLUSTER/layer"
    mkdir -p "$scratch/root/run/old-root"
    cd "$scratch/root"
    pivot_root . run/old-root
    cd /
    umount -l /run/old-root
    rmdir /run/old-root
}

become_node() {
    hostname "$node"
    printf '%s\n' "$node" >/etc/hostname
    # sudo resolves the host's name at each call, and would otherwise wait for a name server.
    printf '127.0.0.1 localhost %s\n' "$node" >/etc/hosts
    mkdir -p /var/lib/fleet-standin
    mount --bind "$directory/standin" /var/lib/fleet-standin
    mount -o remount,bind,ro /var/lib/fleet-standin
}

# The kernel's files about modules are replaced by files that the stand-in for modprobe rewrites.
stand_in_for_kernel() {
    local state=/run/fleet-standin
    mkdir -p "$state"
    cat /proc/filesystems >"$state/filesystems"
    mount --bind "$state/filesystems" /proc/filesystems
    : >"$state/modules"
    # A kernel without loadable modules has no such file, and none can be made in /proc.
    if [[ -e /proc/modules ]]; then mount --bind "$state/modules" /proc/modules; fi
    if [[ -d /sys/module ]]; then
        mount -t tmpfs -o mode=0755 tmpfs /sys/module
        mkdir /sys/module/nvidia
        printf '570.172.08\n' >/sys/module/nvidia/version
    fi
}

start_healthy() {
    modprobe lustre
    mount /lustre
}

idle_for_ever() {
    local pipe=/run/fleet-standin/init
    mkfifo "$pipe"
    exec 3<>"$pipe"
    : >"$directory/ready"
    # bash as process 1 reaps every orphan while it waits here for input that never comes.
    while :; do read -r _ <&3 || :; done
}

# Before the node has a /proc of its own, /proc/self is this process as the host numbers it.
record_self "$directory/init.pid"
enter_root
become_node
stand_in_for_kernel
start_healthy
idle_for_ever
