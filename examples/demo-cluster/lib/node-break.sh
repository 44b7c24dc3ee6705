# shellcheck shell=bash
# Runs inside a node, as root: makes the part of a fault that is not a stand-in's setting.
# usage: bash -s SCENARIO      (DEMO_CLUSTER and DEMO_LIB in the environment)
set -euo pipefail
# shellcheck source=node-mount.sh
. "$DEMO_LIB/node-mount.sh"

unload() {
    unmount_lustre
    if grep -q lustre /proc/filesystems; then modprobe -r lustre; fi
}

# As after a kernel update that left Lustre's package behind.
keep_only_previous_package() {
    unload
    install_kernel_package "$previous"
    purge_kernel_package "$kernel"
}

case $1 in
gpu-absent) rm -f /usr/bin/nvidia-smi ;;
no-sudo) rm -f /etc/sudoers.d/fleet-demo ;;
lustre-module) keep_only_previous_package ;;
lustre-no-package)
    keep_only_previous_package
    use_repository without-current
    ;;
lustre-unmounted | lustre-hang) unmount_lustre ;;
lustre-unloadable) unload ;;
lustre-dead)
    unmount_lustre
    mount /lustre
    ;;
esac
