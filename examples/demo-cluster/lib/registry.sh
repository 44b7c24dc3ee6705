# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# What all clusters of one machine share: the ports in use, the user `operator`, the home directory. It is kept
# outside the clusters' own directories, because two of them may have different FLEET_DEMO_DIRs.

readonly registry=/var/lib/fleet-demo
readonly first_port=20000
registry_lock=''

lock_registry() {
    while :; do
        mkdir -p "$registry/clusters"
        if { exec {registry_lock}>"$registry/lock"; } 2>/dev/null; then
            flock "$registry_lock"
            # The last `down` removes the file, and a lock on a removed file protects nothing.
            if [[ $registry/lock -ef /proc/$$/fd/$registry_lock ]]; then return; fi
            exec {registry_lock}>&-
        fi
    done
}

# Daemons must be started after this, because they would inherit the lock.
unlock_registry() {
    if [[ -n $registry_lock ]]; then exec {registry_lock}>&-; fi
    registry_lock=''
}

registry_entry() { printf '%s/clusters/%s' "$registry" "${cluster//\//%}"; }

# An entry without its directory belongs to a cluster that somebody removed by hand.
prune_registry() {
    local entry port count directory
    for entry in "$registry"/clusters/*; do
        [[ -e $entry ]] || continue
        read -r port count directory <"$entry" || :
        [[ -d $directory ]] || rm -f "$entry"
    done
}

# mark_taken: adds to the caller's `taken` all ports that are in use now or reserved for a cluster.
mark_taken() {
    local slot local_address remote state rest table entry port count directory index
    for table in /proc/net/tcp /proc/net/tcp6; do
        [[ -e $table ]] || continue
        while read -r slot local_address remote state rest; do
            if [[ $state == 0A ]]; then taken[16#${local_address##*:}]=1; fi
        done <"$table"
    done
    for entry in "$registry"/clusters/*; do
        [[ -e $entry ]] || continue
        read -r port count directory <"$entry"
        for ((index = 0; index < count; index++)); do taken[port + index]=1; done
    done
}

# choose_ports COUNT: sets port_base to the first of COUNT free ports below the range that outgoing
# connections use.
choose_ports() {
    local count=$1 last run=0 port
    local -a taken=()
    read -r last _ </proc/sys/net/ipv4/ip_local_port_range || last=32768
    ((last > first_port + count)) || last=65536
    mark_taken
    for ((port = first_port; port < last; port++)); do
        if [[ -n ${taken[$port]:-} ]]; then run=0; else run=$((run + 1)); fi
        if ((run == count)); then
            port_base=$((port - count + 1))
            return
        fi
    done
    die "no $count free ports in a row between $first_port and $last"
}

readonly account_backups=(/etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-)

make_operator() {
    local file
    if getent passwd operator >/dev/null; then return; fi
    printf '%s\n' "$base/home/operator" >"$registry/operator-made"
    for file in "${account_backups[@]}"; do
        [[ -e $file ]] || printf '%s\n' "$file" >>"$registry/operator-made"
    done
    # Debian has a group of this name, and userdel would remove it together with a user whose primary group it is.
    local -a group=(--user-group)
    if getent group operator >/dev/null; then group=(--no-user-group --gid users); fi
    useradd "${group[@]}" --no-create-home --home-dir "$base/home/operator" --shell /bin/bash \
        --comment 'fleet demo cluster' operator || die "useradd operator failed"
}

remove_operator() {
    [[ -e $registry/operator-made ]] || return 0
    local file
    userdel operator >/dev/null 2>&1 || say "userdel operator failed"
    while read -r file; do
        if [[ $file == /etc/*- ]]; then rm -f "$file"; fi
    done <"$registry/operator-made"
}

make_homes() {
    install -d -m 0755 "${base:?}/home"
    install -d -m 0700 "$base/home/root"
    if [[ ! -d $base/home/operator ]]; then
        install -d -m 0750 -o operator -g "$(id -g operator)" "$base/home/operator"
    fi
    runuser -u operator -- test -x "$base/home/operator" ||
        die "user operator cannot reach $base/home: every directory above it must be searchable by all"
}

# join_registry PORT_COUNT: sets port_base.
join_registry() {
    lock_registry
    prune_registry
    choose_ports "$1"
    printf '%s %s %s\n' "$port_base" "$1" "$cluster" >"$(registry_entry)"
    make_operator
    make_homes
    unlock_registry
}

# leave_registry: the last cluster of a base directory removes the homes; the very last cluster removes the user.
leave_registry() {
    [[ -d $registry || -d $base/home ]] || return 0
    lock_registry
    rm -f "$(registry_entry)"
    prune_registry
    if ! compgen -G "$registry/clusters/${base//\//%}%*" >/dev/null; then
        rm -rf --one-file-system "${base:?}/home"
        if [[ -e $base/.made-by-cluster ]]; then
            rm -f "$base/.made-by-cluster"
            rmdir "$base" 2>/dev/null || :
        fi
    fi
    if ! compgen -G "$registry/clusters/*" >/dev/null; then
        remove_operator
        rm -rf "$registry"
    fi
    unlock_registry
}
