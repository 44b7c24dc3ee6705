# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# Messages, names and recorded processes, which all other parts need.

readonly exit_usage=64 exit_unavailable=69

base=${FLEET_DEMO_DIR:-/var/tmp/fleet-demo}

say() { printf 'cluster: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

usage_error() {
    say "$*"
    say "try: cluster help"
    exit "$exit_usage"
}

# Sets the paths that contain the cluster's name.
use_cluster() {
    [[ $name =~ ^[a-z0-9-]{1,32}$ ]] || usage_error "a cluster's name is 1 to 32 of a-z, 0-9 and -: '$name'"
    # ':' and ',' have a meaning in the overlay's mount options, and blanks in Slurm's file formats.
    [[ $base =~ ^/[A-Za-z0-9._/-]+$ ]] || die "FLEET_DEMO_DIR must be an absolute path of plain characters: '$base'"
    base=$(realpath -m -- "$base")
    cluster=$base/$name
    # The path of a unix socket has at most 107 bytes.
    ((${#cluster} <= 80)) || die "the path $cluster is too long for unix sockets: use a shorter FLEET_DEMO_DIR"
}

require_cluster() {
    [[ -f $cluster/etc/settings ]] || die "there is no cluster '$name' below $base (cluster up --name $name)"
    # shellcheck source=/dev/null
    . "$cluster/etc/settings"
}

require_node() {
    local node=$1
    [[ -n $node && $node != */* && -d $cluster/nodes/$node ]] ||
        die "cluster '$name' has no node '$node' (cluster nodes --name $name)"
}

require_full() {
    [[ $light == no ]] || die "cluster '$name' was started with --light: its nodes have no namespaces of their own, so '$1' cannot work there"
}

# process_start PID: sets REPLY to the start time, which tells a process from a later one with the same pid.
# Fails when there is no such process, or only its zombie.
process_start() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # The name in parentheses may contain blanks and parentheses; the fields after the last parenthesis are plain.
    stat=${stat##*) }
    [[ $stat != [ZX]* ]] || return 1
    local -a fields
    read -r -a fields <<<"$stat"
    REPLY=${fields[19]}
}

# record_self FILE: a child writes this before it becomes the daemon, so that every daemon is recorded even if this
# script is killed with -9.
record_self() {
    local stat boot
    # bash opens /proc/self itself: no fork, so this is the caller's own pid, as the mounted /proc counts it.
    read -r stat </proc/self/stat
    read -r boot </proc/sys/kernel/random/boot_id
    local pid=${stat%% *}
    process_start "$pid" || return 1
    printf '%s %s %s\n' "$pid" "$REPLY" "$boot" >"$1.new"
    mv "$1.new" "$1"
}

# recorded_pid FILE: sets REPLY to the pid, if that same process is still alive.
recorded_pid() {
    local pid start boot now
    { read -r pid start boot <"$1"; } 2>/dev/null || return 1
    read -r now </proc/sys/kernel/random/boot_id
    [[ $boot == "$now" ]] && process_start "$pid" && [[ $REPLY == "$start" ]] || return 1
    REPLY=$pid
}

# kill_recorded SIGNAL FILE...
kill_recorded() {
    local signal=$1 file
    shift
    for file in "$@"; do
        if recorded_pid "$file"; then
            kill "-$signal" "$REPLY" 2>/dev/null || :
        fi
    done
}

# await_end SECONDS FILE...: fails if one of the recorded processes is still alive after that time.
await_end() {
    local deadline=$((SECONDS + $1 + 1)) file
    shift
    for file in "$@"; do
        while recorded_pid "$file"; do
            ((SECONDS < deadline)) || return 1
            sleep 0.02
        done
    done
}

# ParallelCluster names a node by queue, kind (static) and compute resource.
node_prefix() { if [[ $parallelcluster == yes ]]; then printf 'gpu-st-a10g-'; else printf 'gpu-'; fi; }

first_partition() { if [[ $parallelcluster == yes ]]; then printf gpu; else printf compute-gpu; fi; }

node_names() {
    local index prefix
    prefix=$(node_prefix)
    for ((index = 1; index <= $1; index++)); do printf '%s%d\n' "$prefix" "$index"; done
}
