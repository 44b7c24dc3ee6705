# shellcheck shell=bash disable=SC2034,SC2154  # sets variables for, and reads those of, its caller
# Runs inside a new mount namespace: puts together a node's root directory.
# Nothing here can reach the host's mounts, as the namespace's are private.

# assemble_root SCRATCH [LAYER]: an overlay over the host's root at SCRATCH/root. What the node writes
# lands on a tmpfs that ends with the namespace. LAYER is copied there first: overlayfs refuses a lower
# directory that lies below another one, and the layer lies below the host's root.
assemble_root() {
    local scratch=$1 layer=${2:-} options
    mkdir -p "$scratch"
    mount -t tmpfs -o mode=0755 fleet-demo "$scratch"
    mkdir "$scratch"/{upper,work,root}
    if [[ -n $layer ]]; then copy_layer "$layer" "$scratch/upper"; fi
    options=lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work
    # Some kernels turn these on by default: then files in `upper` would be mere references.
    mount -t overlay -o "$options,metacopy=off,redirect_dir=off" overlay "$scratch/root" 2>/dev/null ||
        mount -t overlay -o "$options" overlay "$scratch/root"
    bind_host_mounts "$scratch/root"
    mount_system "$scratch/root"
}

# Without the overlay's own attributes, which mean something only where they were written.
copy_layer() { cp -R --no-dereference --preserve=mode,ownership,timestamps,links "$1/." "$2"; }

# The host's other file systems (a separate /home, say), at the same paths.
bind_host_mounts() {
    local root=$1 line
    local -a fields
    while read -r line; do
        read -r -a fields <<<"$line"
        local point
        point=$(printf '%b' "${fields[4]}")
        case $point/ in
        // | /proc/* | /sys/* | /dev/* | /run/* | /tmp/* | /boot/* | /lib/modules/* | /usr/lib/modules/* | "$DEMO_BASE"/*) continue ;;
        esac
        if [[ -e $root$point ]]; then mount --bind "$point" "$root$point" 2>/dev/null || :; fi
    done </proc/self/mountinfo
}

mount_system() {
    local root=$1
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || mount --rbind /sys "$root/sys"
    # slurmd wants to see one, though these nodes' Slurm makes no cgroups.
    if [[ -d /sys/fs/cgroup ]]; then mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"; fi
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    install -d -m 1777 "$root/run/lock"
    bind_sources "$root"
    mkdir -p "$root$DEMO_BASE"
    mount --bind "$DEMO_BASE" "$root$DEMO_BASE"
}

# An overlay need not show files that change below it later, and a checkout's do; a Slurm prefix may lie
# in /tmp, which is the node's own. Both are bound in, read-only, since a node must not change them.
bind_sources() {
    local root=$1 source
    for source in "$DEMO_CHECKOUT" "$DEMO_PREFIX"; do
        case $source in
        '' | / | /usr* | /etc* | /var | /home | /root | /opt | /tmp) continue ;;
        esac
        case $DEMO_BASE/ in
        "$source"/*) continue ;;
        esac
        mkdir -p "$root$source"
        mount --bind "$source" "$root$source"
        mount -o remount,bind,ro "$root$source"
    done
}
