# shellcheck shell=bash disable=SC2154  # variables are shared between the parts of `cluster`
# A node whose /lustre is frozen: a process that writes there is in state D until the file system is thawed, and no
# signal ends it. The kernel keeps a file system frozen even after its node is gone, so its device is written to
# nodes/NODE/frozen before it is frozen, and `down` thaws it first.

freeze_node() {
    local node=$1 device
    local -a enter
    enter "$node"
    # shellcheck disable=SC2016  # awk expands it
    device=$("${enter[@]}" awk '$5 == "/lustre" { device = $3 } END { print device }' /proc/self/mountinfo)
    [[ $device == *:* && $device != 0:* ]] || die "/lustre of $node is on no device that can be frozen"
    printf '%s\n' "$device" >"$cluster/nodes/$node/frozen"
    "${enter[@]}" fsfreeze --freeze /lustre
}

# thaw_node NODE: does nothing when nothing is frozen.
thaw_node() {
    local node=$1 device
    local -a enter
    { read -r device <"$cluster/nodes/$node/frozen"; } 2>/dev/null || return 0
    if recorded_pid "$cluster/nodes/$node/init.pid"; then
        enter "$node"
        "${enter[@]}" fsfreeze --unfreeze /lustre 2>/dev/null || thaw_device "$device"
    else
        thaw_device "$device"
    fi
    rm -f "$cluster/nodes/$node/frozen"
}

# The node is gone, and with it the path: the device is mounted once more, in a private namespace.
thaw_device() {
    local path
    path=/dev/$(basename "$(realpath "/sys/dev/block/$1")")
    # shellcheck disable=SC2016  # the inner shell expands it
    unshare --mount --propagation private /bin/sh -c \
        'mount -i "$1" /mnt && fsfreeze --unfreeze /mnt' sh "$path" 2>/dev/null || :
}

thaw_all() {
    local file
    for file in "$cluster"/nodes/*/frozen; do
        [[ ! -e $file ]] || thaw_node "$(basename "$(dirname "$file")")"
    done
}
