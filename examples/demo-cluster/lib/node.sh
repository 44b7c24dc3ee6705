# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# Nodes: their namespaces, commands inside them, and their slurmds.

# start_init NODE SCRIPT ARGUMENT: starts process 1 of new namespaces. unshare stays as its parent; because of
# --kill-child, killing unshare kills it too.
start_init() {
    local node=$1 directory=$cluster/nodes/$1 log=$cluster/log/node-$1.log branch=''
    local -a spaces=(--mount --pid --fork --kill-child=KILL --propagation private)
    if [[ $light == no ]]; then spaces+=(--uts); fi
    if [[ $cgroup == yes ]]; then
        spaces+=(--cgroup)
        branch=$(cgroup_branch)/$node
    fi
    (
        record_self "$directory/unshare.pid"
        if [[ $cgroup == yes ]]; then join_cgroups "$node"; fi
        exec setsid env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root \
            "DEMO_LIB=$lib" "DEMO_BASE=$base" "DEMO_CLUSTER=$cluster" "DEMO_CHECKOUT=$checkout" \
            "DEMO_PREFIX=$slurm_prefix" "DEMO_CGROUP=$branch" "DEMO_GPUS=$gpus" \
            unshare "${spaces[@]}" "$lib/$2" "$3"
    ) </dev/null >"$log" 2>&1 &
    disown
    local parent=$! deadline=$((SECONDS + 20))
    until [[ -e $directory/ready ]]; do
        if ! process_start "$parent" || ((SECONDS >= deadline)); then
            fail_with_log "node $node did not start" "$log"
        fi
        sleep 0.02
    done
}

# enter NODE: sets `enter` to the command prefix that runs a command inside the node.
enter() {
    local node=$1 init=$1
    if [[ $light == yes ]]; then init=light; fi
    recorded_pid "$cluster/nodes/$init/init.pid" || die "node $node of cluster '$name' is not running"
    init_pid=$REPLY
    enter=(nsenter --target "$init_pid" --mount --pid)
    if [[ $light == no ]]; then enter+=(--uts --root --wd); fi
    if [[ $cgroup == yes ]]; then enter+=(--cgroup); fi
    enter+=(--)
}

# node_exec NODE USER COMMAND...: replaces this process.
node_exec() {
    local node=$1 user=$2
    shift 2
    local -a enter environment
    local home account
    account=$(getent passwd "$user") || die "there is no user '$user'"
    IFS=: read -r _ _ _ _ _ home _ <<<"$account"
    enter "$node"
    slurm_environment
    environment+=("HOME=$home" "USER=$user" "LOGNAME=$user" "TERM=${TERM:-dumb}")
    if [[ $user == root ]]; then exec "${enter[@]}" "${environment[@]}" "$@"; fi
    # shellcheck disable=SC2016  # the inner shell expands HOME
    exec "${enter[@]}" "${environment[@]}" runuser -u "$user" -- \
        /bin/sh -c 'cd "$HOME" 2>/dev/null; exec "$@"' sh "$@"
}

# node_script NODE FILE ARGUMENT...: runs one of the scripts beside this file inside the node, as root.
node_script() {
    local node=$1 file=$2
    shift 2
    local -a enter
    enter "$node"
    "${enter[@]}" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root \
        "DEMO_LIB=$lib" "DEMO_CLUSTER=$cluster" /bin/bash -s -- "$@" <"$file"
}

# join_and NODE COMMAND...: replaces this process.
join_and() {
    join_cgroups "$1"
    shift
    exec "$@"
}

# What else slurmd is given.
slurmd_options=()

# start_slurmds NODE...: starts all in the namespaces of the first. The shell between them ends at once, so that the
# slurmds become children of the node's process 1; it prints their pids as the namespace counts them.
start_slurmds() {
    local -a enter environment command
    local node pid
    enter "$1"
    slurm_environment
    command=(setsid "$slurmd" -D "${slurmd_options[@]}")
    if [[ $configless == yes ]]; then
        configless_munge "$1"
        command+=(--conf-server "127.0.0.1:$port_base")
        environment+=(env -u SLURM_CONF)
    fi
    if [[ -n $slurm_stepd ]]; then command+=(-d "$slurm_stepd"); fi
    (cd "$cluster/nodes" && mkdir -p "${@/%//spool}")
    # What enters a node's namespaces is not yet in its cgroups.
    if [[ $cgroup == yes ]]; then enter=(join_and "$1" "${enter[@]}"); fi
    # shellcheck disable=SC2016  # the inner shell expands these
    while read -r node pid; do
        printf '%s\n' "$pid" >"$cluster/nodes/$node/slurmd.pid"
    done < <("${enter[@]}" "${environment[@]}" "DEMO_LOG=$cluster/log" /bin/bash -c '
        nodes=$1; shift
        for node in $nodes; do
            "$@" -N "$node" </dev/null >"$DEMO_LOG/slurmd-$node.out" 2>&1 &
            printf "%s %s\n" "$node" "$!"
        done' bash "$*" "${command[@]}")
}

# slurmd_pid NODE: sets REPLY to the pid of the node's slurmd on the host.
slurmd_pid() {
    local node=$1 inside pid
    local -a enter arguments children
    enter "$node"
    { read -r inside <"$cluster/nodes/$node/slurmd.pid"; } 2>/dev/null || return 1
    read -r -a children <"/proc/$init_pid/task/$init_pid/children" || :
    for pid in "${children[@]}"; do
        { mapfile -d '' -t arguments <"/proc/$pid/cmdline"; } 2>/dev/null || continue
        # A process that is about to become a slurmstepd looks the same; only the pid inside the namespace differs.
        if [[ ${arguments[0]:-} == */slurmd* && ${arguments[-1]} == "$node" ]] &&
            grep -qE "^NSpid:.*[[:space:]]$inside\$" "/proc/$pid/status" 2>/dev/null &&
            process_start "$pid"; then
            REPLY=$pid
            return
        fi
    done
    return 1
}

stop_slurmd() {
    local node=$1 pid deadline=$((SECONDS + 10))
    slurmd_pid "$node" || return 0
    pid=$REPLY
    kill -TERM "$pid"
    # A stopped process would not get the signal, so it is continued first; it may also have ended by now.
    kill -CONT "$pid" 2>/dev/null || :
    while slurmd_pid "$node"; do
        if ((SECONDS >= deadline)); then kill -KILL "$pid" 2>/dev/null || :; fi
        sleep 0.05
    done
}

restart_slurmd() {
    if slurmd_pid "$1"; then die "slurmd of $1 is running already (pid $REPLY)"; fi
    start_slurmds "$1"
    sleep 0.2
    slurmd_pid "$1" || fail_with_log "slurmd of $1 did not start" "$cluster/log/slurmd-$1.out"
}
