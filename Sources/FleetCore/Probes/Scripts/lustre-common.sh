# Shared by check-mount and mount-lustre; read before either. Set by fleet: FLEET_MOUNT_POINT,
# FLEET_FS_TYPES (the types that count as mounted), FLEET_SOURCE (empty: the fstab's).
# Every line it prints is KEY=VALUE; the last one is end=1, without which nothing is believed.
LC_ALL=C
export LC_ALL
point=$FLEET_MOUNT_POINT
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

say() { printf '%s=%s\n' "$1" "$2"; }

# One line of what a tool said, whatever it said.
one_line() { tr '\n\t\r' '   ' | tr -s ' ' | cut -c 1-600; }

kernel=$(uname -r)

fstab_field() {
    awk -v point="$point" -v field="$1" \
        '$1 !~ /^#/ && $2 == point && $3 == "lustre" { value = $field } END { print value }' \
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

mounted_right() {
    type_is_right "$(mount_entry type)" || return 1
    wanted=$(expected_source)
    [ -z "$wanted" ] || [ "$(mount_entry source)" = "$wanted" ]
}

# statfs in a child that is left behind when it does not come back: a dead Lustre makes it unkillable.
statfs() {
    scratch=$(mktemp -d /dev/shm/fleet.XXXXXX 2>/dev/null || mktemp -d) || return 2
    (stat -f -c '%S %b %f %a %c %d' "$point" >"$scratch/answer" 2>"$scratch/error" && : >"$scratch/done") &
    child=$!
    tries=0
    while [ "$tries" -lt $((FLEET_ANSWER_SECONDS * 10)) ]; do
        [ -e "$scratch/done" ] && return 0
        kill -0 "$child" 2>/dev/null || break
        sleep 0.1
        tries=$((tries + 1))
    done
    [ -e "$scratch/done" ] && return 0
    kill -KILL "$child" 2>/dev/null
    [ "$tries" -ge $((FLEET_ANSWER_SECONDS * 10)) ] && return 1
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
    if mounted_right; then
        statfs
        case $? in
        0) say statfs "$(cat "$scratch/answer")" ;;
        1) say statfs_hung "$FLEET_ANSWER_SECONDS" ;;
        *) say statfs_error "$(one_line <"$scratch/error")" ;;
        esac
    fi
}
