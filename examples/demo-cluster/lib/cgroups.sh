# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# --cgroup: Slurm tracks processes by cgroup (version 1), and hides GPUs from jobs that did not ask for them. Each node
# gets a branch of its own in the machine's hierarchies, and sees that branch as /sys/fs/cgroup: no slurmd meets another.

readonly cgroup_root=/sys/fs/cgroup
# What proctrack/cgroup and ConstrainDevices take.
readonly -a cgroup_hierarchies=(freezer devices)

# Below each hierarchy; the path makes it unlike the branches of all other clusters of this machine.
cgroup_branch() { printf 'fleet-demo%s' "${cluster//\//%}"; }

# check_cgroups: ends `up` where this machine cannot carry the option.
check_cgroups() {
    local hierarchy branch
    branch=$(cgroup_branch)
    for hierarchy in "${cgroup_hierarchies[@]}"; do
        mkdir "$cgroup_root/$hierarchy/$branch" 2>/dev/null && continue
        say "--cgroup needs cgroup version 1, and its hierarchy '$hierarchy' cannot be written in $cgroup_root"
        exit "$exit_unavailable"
    done
}

write_cgroup_conf() {
    printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=%s\nConstrainDevices=yes\n' "$cgroup_root" >"$cluster/etc/cgroup.conf"
}

# join_cgroups NODE: moves this shell into the node's branch, which its children inherit.
join_cgroups() {
    local hierarchy folder
    for hierarchy in "${cgroup_hierarchies[@]}"; do
        folder=$cgroup_root/$hierarchy/$(cgroup_branch)/$1
        mkdir -p "$folder"
        printf '%s\n' "$BASHPID" >"$folder/cgroup.procs"
    done
}

# thaw_cgroups: slurmstepd freezes a job that is suspended, and a frozen process does not end.
thaw_cgroups() {
    local file
    while IFS= read -r file; do
        printf 'THAWED\n' >"$file" 2>/dev/null || :
    done < <(find "$cgroup_root/freezer/$(cgroup_branch)" -name freezer.state 2>/dev/null)
}

# remove_cgroups: their processes have ended, but the kernel may still be taking the last one out.
remove_cgroups() {
    local hierarchy folder attempt
    for hierarchy in "${cgroup_hierarchies[@]}"; do
        folder=$cgroup_root/$hierarchy/$(cgroup_branch)
        for ((attempt = 0; attempt < 50; attempt++)); do
            [[ -d $folder ]] || break
            find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
        done
        [[ ! -d $folder ]] || die "could not remove $folder"
    done
}
