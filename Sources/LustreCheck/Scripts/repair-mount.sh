# The kernel's side: module, LNet, and each mount.

plan_module() {
    filesystem_registered || would module-load 'modprobe lustre'
}

load_module() {
    filesystem_registered && return 0
    stage loading-the-module
    limited 60 modprobe lustre ||
        {
            # A package that was cut off before its script has a module that the list of modules does not know.
            case $answer in *'not found in directory'*) module_installed && limited 60 depmod "$kernel" && limited 60 modprobe lustre ;; *) false ;; esac
        } || fail_step module-load "$(said modprobe)"
    filesystem_registered ||
        fail_step filesystem "the module is loaded, but the kernel does not know the file system lustre"
    done_step module-load 'loaded lustre'
}

# LNet comes up with the module. Only where it says itself that it is down is it told to.
raise_lnet() {
    command -v lctl >/dev/null 2>&1 || return 0
    limited 10 lctl list_nids
    case $answer in *'etwork is down'*) ;; *) return 0 ;; esac
    stage raising-lnet
    limited 30 lctl network up || fail_step lnet "$(said 'lctl network up')"
    done_step lnet 'brought LNet up'
}

# The servers in a source, a line each: HOST NET.
servers() {
    printf '%s\n' "${1%%:/*}" | tr ',:' '[\n*]' | awk -F @ 'NF { net = $2; if (net == "" || net == "tcp0") net = "tcp"; print $1, net }'
}
# The same with addresses; false where a name does not resolve, which lost_name then is.
addresses() {
    lost_name=
    repair_servers=
    IFS=$newline
    set -f
    # shellcheck disable=SC2046
    set -- $(servers "$1")
    set +f
    IFS=$default_ifs
    for server in "$@"; do
        host=${server% *}
        case $host in
        *[!0-9.]*)
            address=$(timeout --foreground 10 getent ahosts "$host" 2>/dev/null </dev/null 9>&- | awk 'NR == 1 { print $1 }')
            if [ -z "$address" ]; then
                lost_name=$host
                return 1
            fi
            host=$address
            ;;
        esac
        repair_servers="$repair_servers$host ${server##* }$newline"
    done
}
# looked COMMAND...: at the mount point; false where it does not come back: it may lie on a file system that hangs.
looked() {
    limited 10 "$@"
    case $status in 124 | 137) fail_mount directory "$(said "a look at $point")" ;; esac
}
# What may be mounted over: no link, since the mount table has where it leads; and nothing with files in it.
may_mount_over() {
    looked readlink -m "$root$point" || return 1
    if [ "$status" = 0 ] && [ "$answer" != "$root$point" ]; then
        fail_mount directory "$point is a link, or lies below one: it is ${answer#"$root"}"
        return 1
    fi
    [ "$FLEET_HIDE_FILES" != 1 ] || return 0
    looked find -H "$root$point" -mindepth 1 -maxdepth 1 -print -quit || return 1
    case $status:$answer in
    0:) ;;
    0:*) fail_mount directory "$point is not mounted and holds files; mounting would hide them" ;;
    *': No such file or directory') ;;
    *) fail_mount directory "$(said "a look at $point")" ;;
    esac
}

# How it is mounted: by systemd where its automount waits there, since mount(8) would only trip over it.
find_unit() {
    unit=
    if [ "$type" = autofs ] && has_systemd; then
        unit=$(systemd-escape -p --suffix=mount "$point" 2>/dev/null)
    fi
}
mount_words() {
    if [ -n "$unit" ]; then
        printf 'systemctl start %s' "$unit"
    elif [ -n "$FLEET_SOURCE" ] && [ -z "$(fstab_entry)" ] && [ "$FLEET_PERSIST" != 1 ]; then
        printf 'mount -t lustre -o %s %s %s' "$entry_options" "$FLEET_SOURCE" "$point"
    else
        printf 'mount %s' "$point"
    fi
}

# What stands against mounting; open gets the mounts that are to be brought up.
look_at_mount() {
    if mounted_right; then
        check_fstab || :
        return 0
    fi
    type=$mount_type
    case $type in
    '' | autofs) ;;
    *)
        if type_is_right "$type"; then
            fail_mount mount-table "$mount_source is mounted at $point, expected $(expected_source)"
        else
            fail_mount mount-table "something else is mounted at $point: $mount_source (type $type)"
        fi
        return 0
        ;;
    esac
    check_fstab || return 0
    if [ -z "$(expected_source)" ]; then
        if [ -n "$FLEET_EVERY_LINE" ]; then place=; else place=" for $point"; fi
        fail_mount fstab "no lustre line$place in /etc/fstab"
        return 0
    fi
    [ "$type" = autofs ] || may_mount_over || return 0
    open="$open$newline$point"
}
plan_mount() {
    is_broken && return 0
    at=$point
    if wants_entry; then would fstab "echo '$(entry_line)' >>/etc/fstab"; fi
    if ! mounted_right; then
        type=$mount_type
        if [ "$type" != autofs ]; then
            looked test -d "$root$point" || return 0
            [ "$status" = 0 ] || would directory "mkdir -p $point"
        fi
        find_unit
        would mount "$(mount_words)"
    fi
    at=
}

make_directory() {
    looked test -d "$root$point" || return 1
    [ "$status" != 0 ] || return 0
    limited 30 mkdir -p "$root$point" || fail_mount directory "$(said mkdir)" || return 1
    at=$point
    done_step directory "made $point"
    at=
}
bring_up() {
    is_broken && return 0
    write_entry || return 0
    mounted_right && return 0
    type=$mount_type
    if [ "$type" != autofs ]; then make_directory || return 0; fi
    source=$(expected_source)
    if ! addresses "$source"; then
        fail_mount name "$lost_name, of $source, does not resolve on this node"
        return 0
    fi
    stage mounting
    find_unit
    words=$(mount_words)
    set -f
    # shellcheck disable=SC2086
    set -- $words
    set +f
    limited "$FLEET_MOUNT_SECONDS" "$@"
    # The mount table decides, whatever the tool says: it may have been mounted beside us.
    if mounted_right; then
        at=$point
        done_step mount "mounted $source"
        at=
        return 0
    fi
    fail_mount mount "$(mount_failure)" || :
}

mount_failure() {
    case $status in
    0) words="$words said nothing, but nothing is mounted at $point" ;;
    124 | 137) words="mount did not return within $limit s$left_behind" ;;
    *) words=$(printf '%s (exit %s)' "$answer" "$status" | one_line) ;;
    esac
    [ -z "$unit" ] || words="$words$(unit_words)"
    case $status:$answer in
    *'Invalid argument'* | *'wrong fs type'*) words="$words$(kernel_words)" ;;
    124:* | 137:* | *'timed out'* | *'Input/output error'*) words="$words$(reach)" ;;
    esac
    printf '%s' "$words"
}
# What the mount unit's own program said.
unit_words() {
    timeout --foreground 5 systemctl show "$unit" -p Result,ExecMainStatus 2>/dev/null 9>&- | tr '\n' ' ' | sed 's/^/; /'
    timeout --foreground 5 journalctl -u "$unit" -n 6 -o cat --no-pager 2>/dev/null 9>&- | grep -E 'mount|Lustre|lustre' | one_line
}
kernel_words() {
    timeout --foreground 5 dmesg 2>/dev/null 9>&- | grep -E 'Lustre|device=|Unknown option' | tail -n 2 | one_line | sed 's/^\(.\)/; the kernel says: \1/'
}
# Whether the servers take a connection, 5 s each, at most 3 of them: refused at once, or swallowed on the way.
reach() {
    IFS=$newline
    # shellcheck disable=SC2086
    set -- $repair_servers
    IFS=$default_ifs
    tried=0
    for server in "$@"; do
        case $server in *' tcp'*) ;; *) continue ;; esac
        tried=$((tried + 1))
        [ "$tried" -le 3 ] || break
        host=${server% *}
        knock "$host" >/dev/null 2>&1
        case $? in
        0) printf '; %s port 988 answers' "$host" ;;
        124 | 137) printf '; %s port 988 does not answer' "$host" ;;
        1) printf '; %s port 988 refuses' "$host" ;;
        esac
    done
}
# 0: connected, 1: refused, 124: no answer, 3: no tool for it.
knock() {
    if command -v bash >/dev/null 2>&1; then
        # shellcheck disable=SC2016
        timeout --foreground -k 1 5 bash -c ': </dev/tcp/"$1"/988' bash "$1" </dev/null 9>&-
    elif command -v nc >/dev/null 2>&1; then
        timeout --foreground -k 1 5 nc -z "$1" 988 </dev/null 9>&-
    else
        return 3
    fi
}
