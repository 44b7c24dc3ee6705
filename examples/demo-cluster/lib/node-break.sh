# shellcheck shell=bash
# Runs inside a node, as root: makes the part of a fault that no setting of a stand-in can make.
# usage: bash -s SCENARIO [SECONDS]     (DEMO_CLUSTER and DEMO_LIB in the environment)
set -euo pipefail
# shellcheck source=node-mount.sh
. "$DEMO_LIB/node-mount.sh"

unload() {
    unmount_lustre
    unload_module
}

# The state after a kernel update for which Lustre's package was not installed.
keep_only_previous_package() {
    unload
    purge_kernel_package "$kernel"
    install_kernel_package "$previous"
}

# Simulates another package manager that holds these locks for this many seconds.
hold() {
    perl "$DEMO_LIB/hold-lock.pl" "$seconds" "$standin_state/lock-pids" "$@"
}

# Nobody listens at this address. The node has no list of the repository from an earlier update.
point_at_dead_mirror() {
    printf 'deb [trusted=yes] http://127.0.0.1:9/fsx-lustre-client-repo ./\n' >"$sources"
    forget_lists
}

fill_disk() {
    mount -t tmpfs -o size=64k,mode=0755 tmpfs /usr/lib/modules
    # dd ends when there is no room left.
    dd if=/dev/zero of=/usr/lib/modules/full bs=4k 2>/dev/null || :
}

interrupt_dpkg() {
    : >"$standin_state/interrupt"
    # In a subshell, so that bash prints no message about the killed process.
    (dpkg -i "$DEMO_CLUSTER"/repo/other/fleet-demo-interrupting_*.deb || :) >/dev/null 2>&1
}

break_package() {
    keep_only_previous_package
    case $1 in
    lustre-no-package) use_repository without-current ;;
    lustre-removes) use_repository removing-index ;;
    lustre-kernel) use_repository kernel-index ;;
    # The package's configuration stays on the node, and dpkg -l shows it as `rc`.
    lustre-removed)
        purge_kernel_package "$previous"
        install_kernel_package "$kernel"
        dpkg --remove "lustre-client-modules-$kernel" >/dev/null
        ;;
    lustre-stale-index) forget_lists ;;
    lustre-mirror-down) point_at_dead_mirror ;;
    lustre-dpkg-lock) hold /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock ;;
    lustre-lists-lock)
        forget_lists
        hold /var/lib/apt/lists/lock
        ;;
    lustre-dpkg-interrupted) interrupt_dpkg ;;
    lustre-disk-full) fill_disk ;;
    esac
}

# serve answer|swallow: starts a server that behaves so, and prints its address.
serve() { perl "$DEMO_LIB/serve.pl" "$1" "$standin_state/server-pids"; }

# mount_from SERVER: writes this source to fstab, and mounts nothing.
mount_from() {
    unmount_lustre
    sed -i "s/10\.1\.30\.23@tcp/$1@tcp/" /etc/fstab
}

break_mount() {
    case $1 in
    lustre-unmounted) unmount_lustre ;;
    # An address that nobody uses: it refuses connections at once.
    lustre-refused) mount_from 127.30.0.1 ;;
    lustre-hang | lustre-firewall) mount_from "$(serve swallow)" ;;
    lustre-incompatible) mount_from "$(serve answer)" ;;
    lustre-unloadable | lustre-unregistered) unload ;;
    lustre-dead | lustre-frozen | lustre-read-only)
        unmount_lustre
        if [[ $1 == lustre-read-only ]]; then mount -o ro /lustre; else mount /lustre; fi
        ;;
    lustre-no-helper)
        unmount_lustre
        rm -f /sbin/mount.lustre
        ;;
    lustre-no-directory)
        unmount_lustre
        rmdir /lustre
        ;;
    lustre-hidden-files)
        unmount_lustre
        printf 'written while nothing was mounted\n' >/lustre/left-behind
        ;;
    lustre-no-fstab)
        unmount_lustre
        sed -i '/ lustre /d' /etc/fstab
        ;;
    lustre-wrong-source)
        unmount_lustre
        mount -t lustre -o noatime 10.1.30.99@tcp:/other /lustre
        ;;
    lustre-no-dns) mount_from fs-0.invalid ;;
    lustre-automount)
        keep_only_previous_package
        "$support/automount" /lustre
        # The first access gets the same error as on a real node: No such device.
        ls /lustre >/dev/null 2>&1 || :
        ;;
    lustre-armed | lustre-automount-hang)
        unmount_lustre
        "$support/automount" /lustre
        ;;
    lustre-next-boot) printf 'stand-in for a kernel\n' >"/boot/vmlinuz-$next" ;;
    esac
}

seconds=${2:-20}
case $1 in
gpu-absent) rm -f /usr/bin/nvidia-smi ;;
no-sudo) rm -f /etc/sudoers.d/fleet-demo ;;
lustre-module | lustre-no-package | lustre-removes | lustre-kernel | lustre-removed | lustre-stale-index | \
    lustre-mirror-down | lustre-dpkg-lock | lustre-lists-lock | lustre-dpkg-interrupted | lustre-disk-full | \
    lustre-postinst) break_package "$1" ;;
*) break_mount "$1" ;;
esac
