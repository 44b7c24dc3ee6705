# shellcheck shell=bash disable=SC2034,SC2154  # sets variables for, and reads those of, its caller
# Sourced inside a node by node-break.sh and node-heal.sh: Lustre's mount and packages.

standin_state=/run/fleet-standin
support=/usr/lib/fleet-standin
repository=/srv/fsx-lustre-client-repo
sources=/etc/apt/sources.list.d/fsx-lustre-client-repo.list
pool=$DEMO_CLUSTER/repo/pool
read -r kernel </usr/lib/fleet-standin/kernel
previous=6.8.0-1039-aws next=6.8.0-1051-aws

# end_recorded_processes FILE SIGNAL NAME...: checks the name, because a pid may belong to another process by now.
end_recorded_processes() {
    local file=$standin_state/$1 signal=$2 pid command
    shift 2
    [[ -e $file ]] || return 0
    while read -r pid; do
        { read -r command <"/proc/$pid/comm"; } 2>/dev/null || continue
        if [[ " $* " == *" $command "* ]]; then kill "-$signal" "$pid" 2>/dev/null || :; fi
    done <"$file"
    rm -f "$file"
}

# Ends mounts that hang, and the daemon that never answers.
end_mount_helpers() { end_recorded_processes mount-pids KILL sleep; }

# Processes that wait for the trigger get an error and go on.
disarm_automount() { end_recorded_processes automount-pids TERM automount; }

# umount accesses the path first, so it would wait for a daemon that never answers.
unmount_lustre() {
    end_mount_helpers
    disarm_automount
    while grep -q ' /lustre ' /proc/mounts; do umount -l /lustre; done
    rm -rf /lustre/left-behind "$standin_state/unit"
}

unload_module() {
    if grep -q '^lustre ' "$standin_state/modules"; then modprobe -r lustre; fi
}

# package_state NAME: the state in dpkg; not-installed when dpkg does not know the package.
package_state() {
    # shellcheck disable=SC2016  # dpkg-query expands this
    dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || printf 'not-installed'
}

# install_kernel_package KERNEL: installs the pool's version, even if another repository has a newer one.
install_kernel_package() {
    local package=lustre-client-modules-$1 file installed
    file=$(echo "$pool/${package}_"*.deb)
    # shellcheck disable=SC2016  # dpkg-query expands this
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$package" 2>/dev/null) || :
    if [[ ${package}_${installed#installed }.deb != "${file##*/}" ]]; then
        dpkg -i --force-downgrade "$file" >/dev/null 2>&1
    fi
}

purge_package() {
    if [[ $(package_state "$1") != not-installed ]]; then dpkg --purge "$1" >/dev/null; fi
}
purge_kernel_package() { purge_package "lustre-client-modules-$1"; }

# use_repository NAME: also updates apt's lists, as if the node had run apt-get update.
use_repository() {
    [[ $(readlink "$repository") != "$DEMO_CLUSTER/repo/$1" ]] || return 0
    ln -sfn "$DEMO_CLUSTER/repo/$1" "$repository"
    apt-get -q update >/dev/null
}

# Removes what apt knows about repositories, as on a node that never ran apt-get update.
forget_lists() {
    find /var/lib/apt/lists -maxdepth 1 ! -type d ! -name lock -delete
    rm -f /var/cache/apt/*.bin
}

restore_helper() {
    if [[ ! -e /sbin/mount.lustre ]]; then cp -p "$support/mount.lustre" /sbin/mount.lustre; fi
}

# Removes what keeps a repair from working, and nothing that a repair does itself.
remove_causes() {
    end_mount_helpers
    end_recorded_processes lock-pids KILL unattended-upgr perl
    end_recorded_processes server-pids KILL serve.pl perl
    if grep -q ' /usr/lib/modules ' /proc/mounts; then umount /usr/lib/modules; fi
    if ! cmp -s "$support/sources" "$sources"; then cp "$support/sources" "$sources"; fi
    # apt's lists stay as they are, because a repair must update them itself.
    if [[ $(readlink "$repository") != "$DEMO_CLUSTER/repo/full" ]]; then
        ln -sfn "$DEMO_CLUSTER/repo/full" "$repository"
    fi
    if ! cmp -s "$support/fstab" /etc/fstab; then cp "$support/fstab" /etc/fstab; fi
    # Files with numbers are steps that dpkg did not finish.
    if compgen -G '/var/lib/dpkg/updates/[0-9]*' >/dev/null; then dpkg --configure -a >/dev/null; fi
    restore_helper
    if [[ ! -e /etc/sudoers.d/fleet-demo ]]; then
        install -m 0440 "$support/sudoers" /etc/sudoers.d/fleet-demo
    fi
    remove_mount_causes
}

remove_mount_causes() {
    local mounted
    mounted=$(awk '$2 == "/lustre" && $3 != "autofs" { mounted = $3 " " $1 } END { print mounted }' /proc/mounts)
    case $mounted in
    '') if ! grep -q ' /lustre autofs ' /proc/mounts; then rm -f /lustre/left-behind; fi ;;
    'tmpfs 10.1.30.23@tcp:/czrc3amv' | 'ext4 10.1.30.23@tcp:/czrc3amv') ;;
    # Another file system, or one whose daemon is gone: only mounting again helps.
    *) unmount_lustre ;;
    esac
    if ! grep -q lustre /proc/filesystems; then unload_module; fi
    rm -f "/boot/vmlinuz-$next"
}
