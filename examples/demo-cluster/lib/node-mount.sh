# shellcheck shell=bash disable=SC2034,SC2154  # sets variables for, and reads those of, its caller
# Sourced inside a node by node-break.sh and node-heal.sh: Lustre's mount and packages.

standin_state=/run/fleet-standin
repository=/srv/fsx-lustre-client-repo
pool=$DEMO_CLUSTER/repo/pool
read -r kernel </usr/lib/fleet-standin/kernel
previous=6.8.0-1039-aws

# Ends mounts that hang and the daemon that never answers. The recorded processes are all
# `sleep infinity`; a pid may have passed to another process since.
end_mount_helpers() {
    local pid command
    [[ -e $standin_state/mount-pids ]] || return 0
    while read -r pid; do
        { read -r command <"/proc/$pid/comm"; } 2>/dev/null || continue
        if [[ $command == sleep ]]; then kill -KILL "$pid" 2>/dev/null || :; fi
    done <"$standin_state/mount-pids"
    rm -f "$standin_state/mount-pids"
}

# umount looks at the path first, so it would wait for a daemon that never answers.
unmount_lustre() {
    end_mount_helpers
    while grep -q ' /lustre ' /proc/mounts; do umount -l /lustre; done
}

is_installed() {
    # shellcheck disable=SC2016  # dpkg-query expands this
    [[ $(dpkg-query -W -f '${db:Status-Status}' "lustre-client-modules-$1" 2>/dev/null) == installed ]]
}

install_kernel_package() {
    if ! is_installed "$1"; then dpkg -i "$pool/lustre-client-modules-${1}_"*.deb >/dev/null; fi
}

purge_kernel_package() {
    if is_installed "$1"; then dpkg --purge "lustre-client-modules-$1" >/dev/null; fi
}

# use_repository NAME: apt's lists follow, as if the node had asked since.
use_repository() {
    [[ $(readlink "$repository") != "$DEMO_CLUSTER/repo/$1" ]] || return 0
    ln -sfn "$DEMO_CLUSTER/repo/$1" "$repository"
    apt-get -q update >/dev/null
}
