# shellcheck shell=bash disable=SC2034,SC2154  # sets variables for, and reads those of, its caller
# Runs inside a new mount namespace: builds a node's root directory. It cannot change the host's mounts, because the
# namespace's mounts are private.

# assemble_root SCRATCH [LAYER]: mounts an overlay over the host's root at SCRATCH/root. The node's own writes go to a
# tmpfs that ends with the namespace. LAYER is copied there first: overlayfs refuses a lower directory that lies below
# another one, and the layer lies below the host's root.
assemble_root() {
    local scratch=$1 layer=${2:-} options
    mkdir -p "$scratch"
    mount -t tmpfs -o mode=0755 fleet-demo "$scratch"
    mkdir "$scratch"/{upper,work,root}
    if [[ -n $layer ]]; then copy_layer "$layer" "$scratch/upper"; fi
    options=lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work
    # Some kernels turn these on by default, and files in `upper` would then contain only references.
    mount -t overlay -o "$options,metacopy=off,redirect_dir=off" overlay "$scratch/root" 2>/dev/null ||
        mount -t overlay -o "$options" overlay "$scratch/root"
    bind_host_mounts "$scratch/root"
    mount_system "$scratch/root"
}

# Copies no overlay attributes, because they are only valid where they were written.
copy_layer() { cp -R --no-dereference --preserve=mode,ownership,timestamps,links "$1/." "$2"; }

# Mounts the host's other file systems (such as a separate /home) at the same paths.
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
    if [[ -n ${DEMO_CGROUP:-} ]]; then
        mount_cgroups "$root"
        mount_devices "$root"
    else
        # slurmd requires the folder, although Slurm makes no cgroups on these nodes.
        if [[ -d /sys/fs/cgroup ]]; then mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"; fi
        mount --rbind /dev "$root/dev"
    fi
    mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    install -d -m 1777 "$root/run/lock"
    bind_sources "$root"
    mkdir -p "$root$DEMO_BASE"
    mount --bind "$DEMO_BASE" "$root$DEMO_BASE"
}

# The node's branches of the machine's hierarchies are all that it sees.
mount_cgroups() {
    local root=$1 folder hierarchy
    mount -t tmpfs -o mode=0755 tmpfs "$root/sys/fs/cgroup"
    for folder in /sys/fs/cgroup/*/"$DEMO_CGROUP"; do
        hierarchy=${folder#/sys/fs/cgroup/}
        hierarchy=$root/sys/fs/cgroup/${hierarchy%%/*}
        mkdir "$hierarchy"
        mount --bind "$folder" "$hierarchy"
    done
}

# The device files of GPUs are the node's own. Nothing is behind the number that Linux keeps for NVIDIA (195): opening one fails with ENXIO,
# where a cgroup forbids it with EPERM. What else is in /dev is the machine's.
mount_devices() {
    local root=$1 index device scratch=${1%/root}/dev
    mkdir -p "$scratch"/{upper,work}
    mount -t overlay -o "lowerdir=/dev,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$root/dev"
    for device in pts shm mqueue; do
        if [[ -d /dev/$device ]]; then mount --rbind "/dev/$device" "$root/dev/$device"; fi
    done
    for ((index = 0; index < DEMO_GPUS; index++)); do
        rm -f "$root/dev/nvidia$index"
        mknod -m 0666 "$root/dev/nvidia$index" c 195 "$index"
    done
    # The driver says which file is whose.
    mount -t tmpfs -o mode=0755 tmpfs "$root/proc/driver"
    for ((index = 0; index < DEMO_GPUS; index++)); do
        device=$(printf '%s/proc/driver/nvidia/gpus/0000:%02x:%02x.0' "$root" $((index / 4)) $((0x1B + index % 4)))
        mkdir -p "$device"
        printf 'Model: \t\t NVIDIA A10G\nDevice Minor: \t %d\n' "$index" >"$device/information"
    done
}

# An overlay need not show files that change below it later, and files of a checkout do change; a Slurm prefix may lie
# in /tmp, which each node has for itself. So both are bind-mounted, read-only, because a node must not change them.
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
