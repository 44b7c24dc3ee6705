# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# --parallelcluster: ParallelCluster's names and settings, and a stand-in for its clustermgtd.

# In production a look a minute; here nobody waits so long.
readonly clustermgtd_seconds=3

clustermgtd_conf() { printf '%s/etc/parallelcluster_clustermgtd.conf' "$cluster"; }

# The keys that fleet reads, and those that tell a reader whose file it is; what is not set has ParallelCluster's default.
write_clustermgtd_conf() {
    cat >"$(clustermgtd_conf)" <<CONF
# A stand-in for /etc/parallelcluster/slurm_plugin/parallelcluster_clustermgtd.conf
[clustermgtd]
cluster_name = $name
region = us-east-1
loop_time = $clustermgtd_seconds
terminate_drain_nodes = True
terminate_down_nodes = True
protected_failure_count = 10
CONF
}

# start_clustermgtd: as a process of its own, which `down` ends with the others.
start_clustermgtd() {
    start_daemon clustermgtd env FLEET_DEMO_DIR="$base" "$here/cluster" clustermgtd --name "$name"
}

# run_clustermgtd: looks at the nodes for ever, and replaces those that are drained and idle.
run_clustermgtd() {
    local node state
    local -a environment
    slurm_environment
    environment+=("PATH=$(dirname "$sinfo"):$PATH")
    while :; do
        sleep "$clustermgtd_seconds"
        grep -qiE '^terminate_drain_nodes *= *(true|yes|on|1)$' "$(clustermgtd_conf)" || continue
        while read -r node state; do
            [[ $state == drained* ]] || continue
            replace_node "$node" || say "clustermgtd: $node could not be replaced"
        done < <("${environment[@]}" "$sinfo" -h -N -o '%N %T' 2>/dev/null | sort -u)
    done
}

# replace_node NODE: what it had on its disks is gone, and nothing is mounted on the new one.
replace_node() {
    local node=$1 directory=$cluster/nodes/$1
    printf '%s clustermgtd: terminating the instance of %s (drained), starting its replacement\n' "$(date -u +%FT%TZ)" "$node"
    "${environment[@]}" scontrol update "nodename=$node" state=down reason='ParallelCluster: instance terminated' || return
    if [[ $light == yes ]]; then
        stop_slurmd "$node"
        start_slurmds "$node"
    else
        end_recorded "$directory"/unshare.pid "$directory"/init.pid
        rm -rf "$directory/ready" "$directory/standin" "$directory/spool"
        mkdir "$directory/standin" "$directory/spool"
        start_full_node "$node"
        local -a enter
        enter "$node"
        "${enter[@]}" /bin/sh -c 'umount /lustre; sed -i "/ lustre /d" /etc/fstab' || :
    fi
    "${environment[@]}" scontrol update "nodename=$node" state=resume
}
