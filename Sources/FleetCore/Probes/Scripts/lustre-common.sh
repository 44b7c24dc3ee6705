# Shared by check-mount and mount-lustre; read before either. Set by fleet: FLEET_MOUNT_POINT,
# FLEET_FS_TYPES (the types that count as mounted), FLEET_SOURCE (empty: the fstab's).
# Every line it prints is KEY=VALUE; the last one is end=1, without which nothing is believed.
LC_ALL=C
export LC_ALL
point=$FLEET_MOUNT_POINT
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT
# A signal alone would end some shells without their EXIT trap.
trap 'exit 143' TERM INT HUP

say() { printf '%s=%s\n' "$1" "$2"; }

# One line of what a tool said, whatever it said.
one_line() { tr '\n\t\r' '   ' | tr -s ' ' | cut -c 1-600; }

kernel=$(uname -r)

fstab_field() {
    awk -v point="$point" -v field="$1" \
        '{ path = $2; if (path != "/") sub(/\/+$/, "", path) }
        $1 !~ /^#/ && path == point && $3 == "lustre" { value = $field } END { print value }' \
        /etc/fstab 2>/dev/null
}

# The last entry at the path wins: an automount trigger lies under the file system it mounts.
# mountpoint(1) and stat(1) are of no use here: the first says yes to a trigger, the second may never return.
mount_entry() {
    awk -v point="$point" -v field="$1" '
        $5 == point {
            for (i = 7; i <= NF && $i != "-"; i++) ;
            # A file system that turned itself read-only says so in its own options, the last field.
            type = $(i + 1); source = $(i + 2); options = $6 "," $(i + 3)
        }
        END { if (field == "type") print type; if (field == "source") print source; if (field == "options") print options }' \
        /proc/self/mountinfo
}

module_installed() {
    modinfo -k "$kernel" -n lustre >/dev/null 2>&1 ||
        [ -n "$(find "/lib/modules/$kernel" -name 'lustre.ko*' 2>/dev/null | head -n 1)" ]
}
module_loaded() { grep -q '^lustre ' /proc/modules; }
filesystem_registered() { grep -qw lustre /proc/filesystems; }
yes_or_no() { if "$@"; then echo yes; else echo no; fi; }

expected_source() {
    if [ -n "$FLEET_SOURCE" ]; then printf '%s\n' "$FLEET_SOURCE"; else fstab_field 1; fi
}

type_is_right() {
    for type in $FLEET_FS_TYPES; do
        [ "$1" = "$type" ] && return 0
    done
    return 1
}

# A source with its servers as addresses: the kernel shows these, fstab usually holds names. Nothing where a
# name does not resolve.
resolved() {
    printf '%s\n' "${1%%:/*}" | sed 's/[,:]/\n/g' | {
        nids=
        while read -r nid; do
            host=${nid%@*}
            case $nid in *@*) net=@${nid##*@} ;; *) net=@tcp ;; esac
            [ "$net" = @tcp0 ] && net=@tcp
            case $host in
            *[!0-9.]*)
                host=$(timeout --foreground 5 getent ahostsv4 "$host" 2>/dev/null | awk 'NR == 1 { print $1 }')
                [ -n "$host" ] || exit 1
                ;;
            esac
            nids="$nids $host$net"
        done
        printf '%s /%s\n' "$nids" "${1#*:/}"
    }
}

# yes, no, or unknown where a name does not resolve.
source_matches() {
    wanted=$(expected_source)
    found=$(mount_entry source)
    if [ -z "$wanted" ] || [ "$wanted" = "$found" ]; then
        echo yes
    elif [ "${wanted#*:/}" != "${found#*:/}" ]; then
        echo no
    elif wanted=$(resolved "$wanted") && found=$(resolved "$found"); then
        if [ "$wanted" = "$found" ]; then echo yes; else echo no; fi
    else
        echo unknown
    fi
}

mounted_right() {
    type_is_right "$(mount_entry type)" && [ "$(source_matches)" != no ]
}

# statfs in a child that is left behind when it does not come back: a dead Lustre makes it unkillable.
statfs() {
    scratch=$(mktemp -d /dev/shm/fleet.XXXXXX 2>/dev/null || mktemp -d 2>/dev/null) || return 3
    # 9>&-: a child that hangs must not keep mount-lustre's lock.
    (stat -f -c '%S %b %f %a %c %d' "$point" >"$scratch/answer" 2>"$scratch/error" && : >"$scratch/done") 9>&- &
    child=$!
    tries=0
    while [ "$tries" -lt $((FLEET_ANSWER_SECONDS * 10)) ]; do
        [ -e "$scratch/done" ] && [ -s "$scratch/answer" ] && return 0
        kill -0 "$child" 2>/dev/null || break
        sleep 0.1
        tries=$((tries + 1))
    done
    [ -e "$scratch/done" ] && [ -s "$scratch/answer" ] && return 0
    kill -KILL "$child" 2>/dev/null
    [ "$tries" -ge $((FLEET_ANSWER_SECONDS * 10)) ] && return 1
    # Neither an answer nor an error: there was no room to write one.
    [ -s "$scratch/error" ] || return 3
    return 2
}

report_mount() {
    say kernel "$kernel"
    say module_installed "$(yes_or_no module_installed)"
    say module_loaded "$(yes_or_no module_loaded)"
    say filesystem_registered "$(yes_or_no filesystem_registered)"
    say fstab_source "$(fstab_field 1)"
    say fstab_options "$(fstab_field 4)"
    say expected_source "$(expected_source)"
    say mount_type "$(mount_entry type)"
    say mount_source "$(mount_entry source)"
    say mount_options "$(mount_entry options)"
    # Once: a name that does not resolve takes seconds to say so.
    matches=$(source_matches)
    say source_matches "$matches"
    if type_is_right "$(mount_entry type)" && [ "$matches" != no ]; then
        statfs
        case $? in
        0) say statfs "$(cat "$scratch/answer")" ;;
        1) say statfs_hung "$FLEET_ANSWER_SECONDS" ;;
        2) say statfs_error "$(one_line <"$scratch/error")" ;;
        *) say no_scratch 1 ;;
        esac
    fi
}
