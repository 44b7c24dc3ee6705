# shellcheck shell=sh disable=SC2034  # sets variables for its caller
# What the stand-ins share. A node's settings are files below /var/lib/fleet-standin: 'cluster set' writes them.

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

# lustre_module KERNEL: the path where its package puts the module file.
lustre_module() { printf '/lib/modules/%s/updates/kernel/fs/lustre/lustre.ko' "$1"; }

is_lustre_module() {
    case $1 in
    lustre | mdc | lov | lmv | ptlrpc | obdclass | lnet | libcfs) return 0 ;;
    esac
    return 1
}

is_loaded() { grep -q "^$1 " "$state/modules"; }
