#!/bin/bash
# Runs once per cluster in its own mount namespace: writes the files that all nodes share to CLUSTER/layer.
set -euo pipefail
# shellcheck source=rootfs.sh
. "$DEMO_LIB/rootfs.sh"

scratch=$DEMO_CLUSTER/tmp/layer
root=$scratch/root
support=/usr/lib/fleet-standin

# place FILE PATH...: the stand-in replaces the real program; a link at the path is replaced, not followed.
place() {
    local file=$1 path
    shift
    for path in "$@"; do
        rm -f "$root$path"
        install -m 0755 "$DEMO_STANDINS/$file" "$root$path"
    done
}

place_standins() {
    install -d "$root$support"
    cp "$root/usr/bin/uname" "$root$support/uname"
    install -m 0644 "$DEMO_STANDINS/functions.sh" "$DEMO_STANDINS/gpu.xml" "$root$support/"
    printf '%s\n' "$DEMO_GPUS" >"$root$support/gpus"
    printf '%s\n' "$DEMO_KERNEL" >"$root$support/kernel"
    place nvidia-smi /usr/bin/nvidia-smi "$support/nvidia-smi"
    place uname /usr/bin/uname
    place dmesg /usr/bin/dmesg
    place lspci /usr/bin/lspci
    place modprobe /usr/sbin/modprobe
    place modinfo /usr/sbin/modinfo
    place lsmod /usr/sbin/lsmod /usr/bin/lsmod
    place mount.lustre /sbin/mount.lustre "$support/mount.lustre"
    place lctl /usr/sbin/lctl
    place lfs /usr/bin/lfs
    place automount "$support/automount"
    if [[ -e $root/usr/bin/systemctl ]]; then cp "$root/usr/bin/systemctl" "$root$support/systemctl"; fi
    place systemctl /usr/bin/systemctl
}

# A node has its own list of bootable kernels, and not the host's.
place_kernels() {
    rm -rf "${root:?}"/boot/* "${root:?}"/lib/modules/*
    printf 'stand-in for a kernel\n' >"$root/boot/vmlinuz-$DEMO_KERNEL"
}

write_system_files() {
    printf '%s\n' '10.1.30.23@tcp:/czrc3amv /lustre lustre defaults,_netdev,flock,user_xattr,noatime,noauto,x-systemd.automount 0 0' \
        >"$root/etc/fstab"
    cp "$root/etc/fstab" "$root$support/fstab"
    mkdir -p "$root/lustre"
    install -d -m 0750 "$root/etc/sudoers.d"
    printf 'operator ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$root$support/sudoers"
    install -m 0440 "$root$support/sudoers" "$root/etc/sudoers.d/fleet-demo"
}

# The nodes know only one repository, a local one. Hooks of the host's apt could act outside the node, so they are
# removed.
write_apt_files() {
    find "$root/etc/apt/sources.list.d" "$root/etc/apt/apt.conf.d" "$root/var/lib/apt/lists" -type f -delete
    rm -f "$root/etc/apt/sources.list" "$root/etc/apt/apt.conf"
    mkdir -p "$root/srv"
    ln -sfn "$DEMO_CLUSTER/repo/full" "$root/srv/fsx-lustre-client-repo"
    printf 'deb [trusted=yes] file:/srv/fsx-lustre-client-repo ./\n' \
        >"$root/etc/apt/sources.list.d/fsx-lustre-client-repo.list"
    cp "$root/etc/apt/sources.list.d/fsx-lustre-client-repo.list" "$root$support/sources"
}

install_package() {
    chroot "$root" apt-get -q update
    DEBIAN_FRONTEND=noninteractive chroot "$root" \
        apt-get -q -y --no-install-recommends install "lustre-client-modules-$DEMO_KERNEL"
}

assemble_root "$scratch"
place_standins
place_kernels
write_system_files
write_apt_files
install_package
mkdir "$DEMO_CLUSTER/layer"
copy_layer "$scratch/upper" "$DEMO_CLUSTER/layer"
