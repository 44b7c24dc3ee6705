# shellcheck shell=sh disable=SC2034  # sets variables for its caller
# Functions for all stand-ins. A node's settings are files below /var/lib/fleet-standin: 'cluster set' writes them.

settings=/var/lib/fleet-standin
support=/usr/lib/fleet-standin
state=/run/fleet-standin

# setting KEY [DEFAULT]: sets `value`.
setting() {
    value=${2-}
    if [ -r "$settings/$1" ]; then
        value=
        IFS= read -r value <"$settings/$1" || :
    fi
}

# kernel_release: sets `kernel`.
kernel_release() {
    IFS= read -r kernel <"$support/kernel"
    setting kernel "$kernel"
    kernel=$value
}

# lustre_module KERNEL: prints the path where its package puts the module file.
lustre_module() { printf '/lib/modules/%s/updates/kernel/fs/lustre/lustre.ko' "$1"; }

is_lustre_module() {
    case $1 in
    lustre | mdc | lov | lmv | ptlrpc | obdclass | lnet | libcfs) return 0 ;;
    esac
    return 1
}

# The shell reads these without a process: on a machine with 64 nodes, a slow stand-in would look like a slow node.
is_loaded() {
    while read -r loaded _; do
        if [ "$loaded" = "$1" ]; then return 0; fi
    done <"$state/modules"
    return 1
}

# is_mounted_from SERVER [POINT]: whether a Lustre file system of that server is mounted (there).
is_mounted_from() {
    while read -r mounted point _; do
        case $mounted in
        "$1":/*) if [ "${2:-$point}" = "$point" ]; then return 0; fi ;;
        esac
    done </proc/mounts
    return 1
}
