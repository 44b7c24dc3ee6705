# The node's fstab: its Lustre mounts, and the entry that --persist writes.

# Sets mounts to the mounts to repair, one per line: SOURCE POINT OPTIONS; '-' stands for the source and options of
# fstab. It starts no process, because every healthy node runs it.
list_mounts() {
    mounts=
    set -f
    if [ -n "$FLEET_ENTRIES" ]; then
        IFS=';'
        for entry in $FLEET_ENTRIES; do mounts="$mounts$newline$entry"; done
        IFS=$default_ifs
    else
        places=${FLEET_MOUNT_POINTS:-$FLEET_MOUNT_POINT}
        [ -z "$FLEET_EVERY_LINE" ] || read_places
        for point in $places; do mounts="$mounts$newline- $point -"; done
    fi
    set +f
}
# Sets places to the mount points of the lustre lines in fstab; does not change it when there is none.
read_places() {
    listed=
    # A last line without a newline counts too: read(1) then fails, but has set the variables.
    while read -r source path type rest || [ -n "$source" ]; do
        case $source:$type in '#'*) continue ;; *:lustre) ;; *) continue ;; esac
        while [ "$path" != / ] && [ "${path%/}" != "$path" ]; do path=${path%/}; done
        case " $listed " in *" $path "*) ;; *) listed="$listed $path" ;; esac
    done 2>/dev/null <"$root/etc/fstab"
    places=${listed:-$places}
}

use_mount() {
    point=$2
    FLEET_SOURCE=
    entry_options=
    [ "$1" = - ] || FLEET_SOURCE=$1 entry_options=$3
}
# each_mount FUNCTION: calls it for every mount, with point, FLEET_SOURCE and entry_options set.
each_mount() {
    each_function=$1
    IFS=$newline
    set -f
    # shellcheck disable=SC2086
    set -- $mounts
    set +f
    IFS=$default_ifs
    for entry in "$@"; do
        set -f
        # shellcheck disable=SC2086
        use_mount $entry
        set +f
        "$each_function"
    done
}

# The entry of fstab for the mount point, of any type: SOURCE TYPE.
fstab_entry() {
    awk -v point="$point" '
        { path = $2; if (path != "/") sub(/\/+$/, "", path) }
        $1 !~ /^#/ && path == point { value = $1 " " $3 } END { print value }' "$root/etc/fstab" 2>/dev/null
}

# Another source for the same mount point: fleet does not decide which one is right.
check_fstab() {
    [ -n "$FLEET_SOURCE" ] || return 0
    line=$(fstab_entry)
    [ -n "$line" ] || return 0
    [ "${line##* }" = lustre ] ||
        fail_mount fstab "/etc/fstab has ${line% *} of type ${line##* } for $point, asked for is $FLEET_SOURCE" || return 1
    compare_sources "$FLEET_SOURCE" "${line% *}"
    case $matches in
    no) fail_mount fstab "/etc/fstab has ${line% *} for $point, asked for is $FLEET_SOURCE" ;;
    # If the mount exists, it is right all the same; if not, it will be made from the entry.
    unknown)
        mounted_right ||
            fail_mount name "whether ${line% *} of /etc/fstab is $FLEET_SOURCE cannot be told: a name does not resolve on this node"
        ;;
    esac
}

wants_entry() { [ "$FLEET_PERSIST" = 1 ] && [ -n "$FLEET_SOURCE" ] && [ -z "$(fstab_entry)" ]; }
entry_line() { printf '%s %s lustre %s 0 0' "$FLEET_SOURCE" "$point" "$entry_options"; }

# Writes the file whole or not at all: a copy with mode, owner and context, the new line, then a rename. Other lines
# are never touched.
write_entry() {
    wants_entry || return 0
    stage writing-fstab
    # If fstab is a link, it stays a link.
    table=$(readlink -f "$root/etc/fstab" 2>/dev/null)
    [ -n "$table" ] || table=$root/etc/fstab
    folder=${table%/*}
    rm -f "$folder"/.fstab.fleet.*
    new=$folder/.fstab.fleet.$$
    backup=$table.fleet-$(date +%Y%m%dT%H%M%S)
    at=$point
    if ! answer=$({
        [ -e "$table" ] || (umask 022 && : >"$table")
        cp -a "$table" "$new" && cp -a "$table" "$backup" &&
            { [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"; } &&
            printf '%s\n' "$(entry_line)" >>"$new" && sync "$new" && mv -f "$new" "$table" && sync "$folder"
    } 2>&1); then
        rm -f "$new"
        fail_mount fstab "cannot write /etc/fstab: $(printf '%s' "$answer" | one_line)"
        return 1
    fi
    done_step fstab "wrote '$(entry_line)'; what was there before is in /etc/${backup##*/}"
    at=
    reload_systemd
}
# systemd makes its mount units from fstab; without systemd there is nothing to reload.
has_systemd() { [ -d "$root/run/systemd/system" ] && command -v systemctl >/dev/null 2>&1; }
reload_systemd() {
    has_systemd || return 0
    limited 30 systemctl daemon-reload || :
}
