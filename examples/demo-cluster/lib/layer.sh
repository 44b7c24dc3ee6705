# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# The layer between the host's root and each node's own: stand-ins, Lustre's package, apt's sources.

readonly lustre_version=2.15.6-1fsx21
readonly current_kernel=6.8.0-1043-aws previous_kernel=6.8.0-1039-aws

# build_package KERNEL: a real, installable package around a module file that is a stand-in.
build_package() {
    local kernel=$1 tree=$cluster/tmp/package-$1
    local module=$tree/lib/modules/$kernel/updates/kernel/fs/lustre/lustre.ko
    local package=lustre-client-modules-$kernel
    mkdir -p "$tree/DEBIAN" "$(dirname "$module")"
    cat >"$tree/DEBIAN/control" <<CONTROL
Package: $package
Version: $lustre_version
Architecture: $(dpkg --print-architecture)
Maintainer: fleet demo cluster <root@localhost>
Section: kernel
Priority: optional
Description: stand-in for the Lustre client modules for Linux $kernel
 Holds no kernel module: fleet's demo cluster has no Lustre hardware to talk to.
CONTROL
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
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" \
        "$cluster/repo/pool/${package}_${lustre_version}.deb" >/dev/null
}

# index_repository NAME KERNEL...: several indexes may list the same packages.
index_repository() {
    local directory=$cluster/repo/$1 kernel
    shift
    mkdir -p "$directory"
    for kernel in "$@"; do
        ln "$cluster/repo/pool/lustre-client-modules-${kernel}_${lustre_version}.deb" "$directory/"
    done
    (cd "$directory" && apt-ftparchive packages . >Packages && apt-ftparchive release . >Release)
}

build_repository() {
    mkdir -p "$cluster/repo/pool"
    build_package "$current_kernel"
    build_package "$previous_kernel"
    index_repository full "$current_kernel" "$previous_kernel"
    index_repository without-current "$previous_kernel"
}

# The layer is made the way a node is, and then copied, so that any file system can hold it.
# In a PID namespace, so that `down` can end apt-get and its children half-way.
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
