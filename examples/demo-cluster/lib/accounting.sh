# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# --accounting: slurmdbd with a MariaDB of its own. Limits and QOS are enforced, so that a user needs an account: root and operator have
# `site`, and the QOS `normal`.

# The programs that it takes beside Slurm's; for find_programs.
find_accounting() {
    slurmdbd=$(type -P slurmdbd) || missing+=(slurmdbd)
    type -P mariadbd mariadb-install-db my_print_defaults >/dev/null || missing+=(mariadb-server-core mariadb-client-core)
}

# The lines of slurm.conf that this option adds. The port is the last one of this cluster.
accounting_conf() {
    cat <<CONF
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$((port_base + nodes + 1))
# For slurmdbd this is the socket of munge, not a password.
AccountingStoragePass=$cluster/run/munge.socket
AccountingStorageEnforce=limits,qos
AccountingStorageTRES=gres/gpu
CONF
}

write_slurmdbd_conf() {
    cat >"$cluster/etc/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$cluster/run/munge.socket
DbdHost=$(hostname -s)
DbdAddr=127.0.0.1
DbdPort=$((port_base + nodes + 1))
SlurmUser=root
PidFile=$cluster/run/slurmdbd.daemon-pid
LogFile=$cluster/log/slurmdbd.log
${slurm_plugins:+PluginDir=$slurm_plugins}
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm
CONF
    chmod 0600 "$cluster/etc/slurmdbd.conf"
}

start_accounting() {
    # The first start makes hundreds of tables, with three other clusters beside it.
    local await_seconds=120
    local -a environment
    slurm_environment
    write_slurmdbd_conf
    mkdir -p "$cluster/db"
    # Small, and without what keeps data over a crash of the machine: the cluster is gone with it.
    printf '[mariadbd]\nuser=root\ndatadir=%s\nsocket=%s\nskip-networking\nskip-log-bin\ninnodb_buffer_pool_size=32M\n' \
        "$cluster/db" "$cluster/run/db.socket" >"$cluster/etc/mariadb.cnf"
    printf 'innodb_log_file_size=8M\ninnodb_flush_log_at_trx_commit=0\ninnodb_lock_wait_timeout=900\nmax_allowed_packet=16M\n' \
        >>"$cluster/etc/mariadb.cnf"
    mariadb-install-db --defaults-file="$cluster/etc/mariadb.cnf" --auth-root-authentication-method=normal --skip-test-db \
        >"$cluster/log/mariadb.out" 2>&1 || fail_with_log "the database could not be made" "$cluster/log/mariadb.out"
    start_daemon mariadbd mariadbd --defaults-file="$cluster/etc/mariadb.cnf"
    await "the database" "$cluster/log/mariadbd.out" test -S "$cluster/run/db.socket"
    # The database's client looks there.
    start_daemon slurmdbd "${environment[@]}" "MYSQL_UNIX_PORT=$cluster/run/db.socket" "$slurmdbd" -D
    await "slurmdbd" "$cluster/log/slurmdbd.log" slurmdbd_answers
    accounts
}

slurmdbd_answers() {
    local -a environment
    slurm_environment
    "${environment[@]}" timeout 5 "$(dirname "$sinfo")/sacctmgr" -n show qos >"$cluster/log/sacctmgr.out" 2>&1
}

accounts() {
    local -a environment
    slurm_environment
    environment+=("$(dirname "$sinfo")/sacctmgr" -i)
    {
        "${environment[@]}" add cluster "$name" &&
            "${environment[@]}" add account site description=site organization=site cluster="$name" &&
            "${environment[@]}" add user root,operator account=site defaultaccount=site cluster="$name"
    } >"$cluster/log/sacctmgr.out" 2>&1 || fail_with_log "accounts could not be made" "$cluster/log/sacctmgr.out"
}
