# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# up and down.

# run_bounded LIMIT FUNCTION ITEM...: runs them in parallel, at most LIMIT at a time. Fails if one fails.
run_bounded() {
    local limit=$1 function=$2 running=0 item status=0
    shift 2
    for item in "$@"; do
        if ((running == limit)); then
            wait -n || status=1
            running=$((running - 1))
        fi
        "$function" "$item" &
        running=$((running + 1))
    done
    while ((running > 0)); do
        wait -n || status=1
        running=$((running - 1))
    done
    return "$status"
}

make_directories() {
    if [[ ! -d $base ]]; then
        mkdir -p "$(dirname "$base")"
        # If two clusters start at the same moment, only one of them makes the folder.
        if mkdir "$base" 2>/dev/null; then : >"$base/.made-by-cluster"; fi
    fi
    mkdir "$cluster" 2>/dev/null ||
        die "cluster '$name' exists already in $base (cluster down --name $name takes it down)"
    chmod 0755 "$cluster"
    started=yes
    mkdir "$cluster"/{etc,log,run,state,nodes,gpu,tmp}
    # One mkdir for all folders: a thousand calls would take seconds.
    mkdir -p "${all_nodes[@]/#/$cluster/nodes/}"
    (cd "$cluster/nodes" && mkdir "${all_nodes[@]/%//standin}" "${all_nodes[@]/%//spool}")
}

write_settings() {
    local variable
    for variable in nodes gpus light parallelcluster backup configless accounting cgroup port_base slurmctld slurmd sinfo slurm_stepd slurm_libraries slurm_plugins; do
        printf '%s=%q\n' "$variable" "${!variable}"
    done >"$cluster/etc/settings"
}

start_full_node() {
    record_self "$cluster/nodes/$1/starter.pid"
    start_init "$1" node-init.sh "$1"
    if [[ $1 != head ]]; then start_slurmds "$1"; fi
}

start_light_nodes() {
    local index
    mkdir "$cluster/nodes/light"
    start_init light light-init.sh "$cluster/nodes/light"
    # Started in groups, because hundreds of slurmds that start at once would slow each other down.
    for ((index = 0; index < nodes; index += 32)); do
        start_slurmds "${all_nodes[@]:index:32}"
    done
}

start_cluster() {
    local layer=''
    if [[ $light == no ]]; then
        build_repository_and_layer &
        layer=$!
    fi
    start_munged
    if [[ $accounting == yes ]]; then start_accounting; fi
    start_slurmctld
    if [[ $backup == yes ]]; then start_backup; fi
    if [[ $light == yes ]]; then
        start_light_nodes
        return
    fi
    wait "$layer" || fail_with_log "the nodes' root layer could not be made" "$cluster/log/layer.log"
    run_bounded 8 start_full_node head "${all_nodes[@]}" || exit 1
}

count_idle() {
    local state count idle=0
    local -a environment
    slurm_environment
    while read -r state count; do
        if [[ $state == idle ]]; then idle=$((idle + count)); fi
    # By name: nodes that --conf adds need not come up.
    done < <("${environment[@]}" timeout 10 "$sinfo" -h -p "$(first_partition)" -n "$(node_range "$nodes")" -o '%T %D' \
        2>>"$cluster/log/sinfo.out")
    printf '%d' "$idle"
}

await_idle() {
    local deadline=$((SECONDS + 30 + nodes / 10))
    until (($(count_idle) == nodes)); do
        ((SECONDS < deadline)) || fail_not_idle
        sleep 0.1
    done
}

# The log of a slurmd that ended says more than slurmctld's, which only misses it.
fail_not_idle() {
    local node
    for node in "${all_nodes[@]}"; do
        slurmd_pid "$node" || fail_with_log "slurmd of $node ended" "$cluster/log/slurmd-$node.out"
    done
    fail_with_log "not all nodes became idle in time" "$cluster/log/slurmctld.log"
}

# take_back: ends everything that a failed or interrupted `up` has started.
take_back() {
    local status=$?
    trap - EXIT INT TERM HUP
    if [[ $started == yes && $status -ne 0 ]]; then
        say "up failed: taking cluster '$name' down again"
        # A failure inside the lock leaves it locked, and a failure inside a loop leaves the loop's input open.
        unlock_registry
        exec </dev/null
        # Run as a separate process, because in a trap a bare `return` gives the status from before the trap.
        FLEET_DEMO_DIR=$base "$here/cluster" down --name "$name" || :
    fi
    exit "$status"
}

# check_room: a light node takes 6 MB and, in slurmctld or a wide srun, up to three open files.
check_room() {
    local need limit key kilobytes unit
    limit=$(ulimit -Hn) need=$((nodes * 3 + 256))
    if [[ $limit != unlimited ]] && ((limit < need)); then
        die "$nodes nodes need $need open files, and the limit is $limit (ulimit -Hn)"
    fi
    while read -r key kilobytes unit; do
        if [[ $key == MemAvailable: ]] && ((kilobytes < nodes * 8000)); then
            die "$nodes nodes need $((nodes * 8)) MB of memory, and $((kilobytes / 1000)) MB are free"
        fi
    done </proc/meminfo
}

up_cluster() {
    local -a all_nodes
    started=no
    [[ $light$cgroup != yesyes ]] || usage_error "--cgroup needs nodes of their own, and --light has none"
    find_programs
    check_room
    mapfile -t all_nodes < <(node_names "$nodes")
    if [[ $light == no ]]; then all_nodes+=(head); fi
    trap take_back EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    make_directories
    if [[ $cgroup == yes ]]; then check_cgroups; fi
    record_self "$cluster/run/up.pid"
    # The last is slurmdbd's.
    join_registry $((nodes + 2))
    if [[ $light == no ]]; then unset 'all_nodes[-1]'; fi
    write_configuration
    write_settings
    start_cluster
    await_idle
    if [[ $parallelcluster == yes ]]; then start_clustermgtd; fi
    say "cluster '$name' is up: $nodes nodes. eval \"\$($program env --name $name)\""
}

# down_cluster: uses only the recorded pids, so it also ends a half-started or crashed cluster.
down_cluster() {
    if [[ -d $cluster ]]; then
        # First ends a process that would start more: an `up` that still runs, and what it left behind when it was
        # killed. An `up` that failed has started this `down` and waits for it.
        if ! recorded_pid "$cluster/run/up.pid" || ((REPLY != PPID)); then
            end_recorded "$cluster/run/up.pid"
        fi
        thaw_all
        # It starts nodes.
        end_recorded "$cluster/run/clustermgtd.pid"
        end_recorded "$cluster"/run/layer-build.pid "$cluster"/nodes/*/starter.pid
        # Killed first, so that no slurmstepd freezes anything again.
        kill_recorded KILL "$cluster"/nodes/*/{unshare,init}.pid
        thaw_cgroups
        end_recorded "$cluster"/run/{layer,backup,slurmctld,slurmdbd,mariadbd,munged}.pid "$cluster"/nodes/*/{unshare,init}.pid
        remove_cgroups
        remove_files
    fi
    leave_registry
}

# end_recorded FILE...: ends these processes; a file that does not exist counts as ended.
end_recorded() {
    kill_recorded KILL "$@"
    await_end 10 "$@" || die "a process of cluster '$name' did not end; nothing was removed"
}

# A process may still have been writing while it was killed, so removing is tried again.
remove_files() {
    local attempt
    for attempt in 1 2 3 4 5; do
        if rm -rf --one-file-system "$cluster" 2>/dev/null; then return; fi
        sleep 0.1
    done
    die "could not remove $cluster (attempt $attempt)"
}
