# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# The layer between the host's root and each node's own files: stand-ins, Lustre's package, apt's sources.

readonly lustre_version=2.15.6-1fsx21
readonly current_kernel=6.8.0-1043-aws previous_kernel=6.8.0-1039-aws next_kernel=6.8.0-1051-aws

# build_package KERNEL [POOL VERSION CONTROL-LINE]: builds a real, installable package around a simulated module file.
# Its scripts obey two settings of the node: `package-seconds` and `package-fails`.
build_package() {
    local kernel=$1 pool=${2:-pool} version=${3:-$lustre_version} line=${4:-}
    local package=lustre-client-modules-$kernel
    local tree=$cluster/tmp/$pool-$package
    local module=$tree/lib/modules/$kernel/updates/kernel/fs/lustre/lustre.ko
    mkdir -p "$tree/DEBIAN" "$(dirname "$module")" "$tree/etc/modprobe.d"
    write_control "$tree" "$package" "$version" "$line"
    # A configuration file, which stays when the package is removed but not purged (dpkg's state `rc`).
    printf 'options lnet networks=tcp\n' >"$tree/etc/modprobe.d/lustre-$kernel.conf"
    printf '/etc/modprobe.d/lustre-%s.conf\n' "$kernel" >"$tree/DEBIAN/conffiles"
    cat >"$tree/DEBIAN/preinst" <<'SCRIPT'
#!/bin/sh
if [ -r /var/lib/fleet-standin/package-seconds ]; then sleep "$(cat /var/lib/fleet-standin/package-seconds)"; fi
SCRIPT
    cat >"$tree/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
if [ -e /var/lib/fleet-standin/package-fails ]; then echo 'depmod: FATAL: could not load modules.dep' >&2; exit 1; fi
SCRIPT
    chmod 0755 "$tree/DEBIAN/preinst" "$tree/DEBIAN/postinst"
    cat >"$module" <<MODULE
stand-in for a kernel module, not one
license:        GPL
version:        ${lustre_version%%-*}
description:    Lustre Client File System
author:         OpenSFS, Inc. <http://www.lustre.org/>
alias:          fs-lustre
depends:        obdclass,ptlrpc,libcfs,lnet,lmv,mdc,lov
vermagic:       $kernel SMP mod_unload modversions
MODULE
    pack "$tree" "$cluster/repo/$pool/${package}_$version.deb"
}

# write_control TREE PACKAGE VERSION [LINE]
write_control() {
    mkdir -p "$1/DEBIAN"
    cat >"$1/DEBIAN/control" <<CONTROL
Package: $2
Version: $3
Architecture: $(dpkg --print-architecture)
Maintainer: fleet demo cluster <root@localhost>
Section: kernel
Priority: optional
${4:+$4
}Description: stand-in for $2
 Holds no kernel module: fleet's demo cluster has no Lustre hardware to talk to.
CONTROL
}

pack() {
    mkdir -p "$(dirname "$2")"
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$1" "$2" >/dev/null
}

# The tools that a mount needs. Nodes already have the stand-in, but not from a package.
build_tools_package() {
    local tree=$cluster/tmp/tools
    write_control "$tree" lustre-client-utils "$lustre_version"
    install -D -m 0755 "$standins/mount.lustre" "$tree/sbin/mount.lustre"
    pack "$tree" "$cluster/repo/pool/lustre-client-utils_$lustre_version.deb"
}

# A package that contains no files.
build_empty_package() {
    local tree=$cluster/tmp/$1-$2
    write_control "$tree" "$2" "$3"
    pack "$tree" "$cluster/repo/$1/${2}_$3.deb"
}

# Its installation is interrupted once, as by a reset of the node: it kills the dpkg that runs it.
build_interrupting_package() {
    local tree=$cluster/tmp/interrupting
    write_control "$tree" fleet-demo-interrupting 1
    cat >"$tree/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
if rm /run/fleet-standin/interrupt 2>/dev/null; then kill -KILL "$PPID"; fi
SCRIPT
    chmod 0755 "$tree/DEBIAN/postinst"
    pack "$tree" "$cluster/repo/other/fleet-demo-interrupting_1.deb"
}

# index_repository NAME FILE...: several indexes may list the same packages.
index_repository() {
    local directory=$cluster/repo/$1
    shift
    mkdir -p "$directory"
    ln "$@" "$directory/"
    (cd "$directory" && apt-ftparchive packages . >Packages && apt-ftparchive release . >Release)
}

# `removing` would remove a package from the node, and `kernel` would install a kernel; both have a newer version.
build_repository() {
    local -a current previous
    local newer=${lustre_version%1}2
    build_package "$current_kernel"
    build_package "$previous_kernel"
    build_package "$current_kernel" removing "$newer" "Conflicts: lustre-client-modules-$previous_kernel"
    build_package "$current_kernel" kernel "$newer" "Depends: linux-image-$next_kernel"
    build_empty_package kernel "linux-image-$next_kernel" 6.8.0-1051.54
    build_interrupting_package
    build_tools_package
    current=("$cluster"/repo/pool/*-"${current_kernel}_"*.deb)
    previous=("$cluster"/repo/pool/*-"${previous_kernel}_"*.deb)
    index_repository full "${current[@]}" "${previous[@]}" "$cluster"/repo/pool/lustre-client-utils_*.deb
    index_repository without-current "${previous[@]}"
    index_repository removing-index "$cluster"/repo/removing/*.deb
    index_repository kernel-index "$cluster"/repo/kernel/*.deb
}

# The layer is made in the same way as a node, and then copied, so that any file system can hold it. It is made in a
# PID namespace, so that `down` can end apt-get and its children at any time.
build_layer() {
    (
        record_self "$cluster/run/layer.pid"
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root \
            "DEMO_LIB=$lib" "DEMO_BASE=$base" "DEMO_CLUSTER=$cluster" "DEMO_CHECKOUT=$checkout" "DEMO_PREFIX=$slurm_prefix" \
            "DEMO_STANDINS=$standins" "DEMO_GPUS=$gpus" "DEMO_KERNEL=$current_kernel" \
            unshare --mount --pid --fork --kill-child=KILL --propagation private /bin/bash "$lib/prepare-layer.sh"
    )
}

build_repository_and_layer() {
    {
        record_self "$cluster/run/layer-build.pid"
        build_repository
        build_layer
    } </dev/null >"$cluster/log/layer.log" 2>&1
}
