# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# More ways in which a cluster's daemons find each other: --backup, a second slurmctld, and --configless, slurmds without a slurm.conf.

# The lines of slurm.conf that these options add.
controllers_conf() {
    if [[ $backup == yes ]]; then
        printf 'SlurmctldHost=%s-backup(127.0.0.2)\n' "$(hostname -s)"
        # After so many seconds of silence it takes over. Real clusters use 120.
        printf 'SlurmctldTimeout=5\n'
    fi
    if [[ $configless == yes ]]; then printf 'SlurmctldParameters=enable_configless\n'; fi
    if [[ $accounting == yes ]]; then accounting_conf; fi
}

# start_backup: a slurmctld knows by the host's name which of the two it is. The state's folder is the same for both.
start_backup() {
    local -a environment
    slurm_environment
    mkdir -p "$cluster/etc/backup"
    sed -e "s|^SlurmctldPidFile=.*|SlurmctldPidFile=$cluster/run/backup.daemon-pid|" \
        -e "s|^SlurmctldLogFile=.*|SlurmctldLogFile=$cluster/log/backup.log|" \
        "$cluster/etc/slurm.conf" >"$cluster/etc/backup/slurm.conf"
    cp "$cluster"/etc/{gres,cgroup}.conf "$cluster/etc/backup/" 2>/dev/null || :
    printf '127.0.0.1 localhost %s\n127.0.0.2 %s-backup\n' "$(hostname -s)" "$(hostname -s)" >"$cluster/etc/backup/hosts"
    environment+=("SLURM_CONF=$cluster/etc/backup/slurm.conf")
    # shellcheck disable=SC2016  # the inner shell expands these
    start_daemon backup unshare --uts --mount --propagation private /bin/sh -c \
        'mount --bind "$1" /etc/hosts && hostname "$2" && shift 2 && exec "$@"' sh \
        "$cluster/etc/backup/hosts" "$(hostname -s)-backup" "${environment[@]}" "$slurmctld" -D
    await "the backup slurmctld" "$cluster/log/backup.out" port_answers 127.0.0.2
}

# configless_munge: where a slurmd that has no slurm.conf yet looks for munge. In the node's own mounts.
configless_munge() {
    local -a enter
    enter "$1"
    # shellcheck disable=SC2016  # the inner shell expands $1
    "${enter[@]}" /bin/sh -c 'mountpoint -q /run/munge && exit; mkdir -p /run/munge && mount -t tmpfs -o mode=0755 tmpfs /run/munge &&
        ln -s "$1" /run/munge/munge.socket.2' sh "$cluster/run/munge.socket"
}
