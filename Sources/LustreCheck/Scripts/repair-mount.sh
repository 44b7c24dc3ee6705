# The kernel's part of the repair: module, LNet, and each mount.

plan_module() {
    filesystem_registered || would module-load 'modprobe lustre'
}

load_module() {
    filesystem_registered && return 0
    stage loading-the-module
    limited 60 modprobe lustre ||
        {
            # If an installation was cut off before its script ran, the module is missing in depmod's list.
            case $answer in *'not found in directory'*) module_installed && limited 60 depmod "$kernel" && limited 60 modprobe lustre ;; *) false ;; esac
        } || fail_step module-load "$(said modprobe)"
    filesystem_registered ||
        fail_step filesystem "the module is loaded, but the kernel does not know the file system lustre"
    done_step module-load 'loaded lustre'
}

# LNet starts with the module. It is started explicitly only if it reports itself as down.
raise_lnet() {
    command -v lctl >/dev/null 2>&1 || return 0
    limited 10 lctl list_nids
    case $answer in *'etwork is down'*) ;; *) return 0 ;; esac
    stage raising-lnet
    limited 30 lctl network up || fail_step lnet "$(said 'lctl network up')"
    done_step lnet 'brought LNet up'
}

# addresses SOURCE: sets `repair_servers` to its servers, one ADDRESS NETWORK per line; false when a name does not
# resolve, and sets lost_name to it.
addresses() {
    lost_name=
    repair_servers=
    set -f
    nids_of "$1"
    for nid in $hosts; do
        host=${nid%@*}
        case ${nid##*@} in
        # Other networks use numbers, and have no names that the node could look up.
        tcp* | o2ib* | efa*)
            if ! address_of "$host"; then
                if ! lookup "$host"; then
                    lost_name=$host
                    break
                fi
                host=${found# }
                host=${host%% *}
            fi
            ;;
        esac
        repair_servers="$repair_servers$host ${nid##*@}$newline"
    done
    set +f
    [ -z "$lost_name" ]
}
# looked COMMAND...: runs it on the mount point; false if it does not return, because the point may lie on a file
# system that hangs.
looked() {
    limited 10 "$@"
    case $status in 124 | 137) fail_mount directory "$(said "a look at $point")" ;; esac
}
# Whether the folder may be mounted over: it must be no link, because the mount table shows the link's target, and it
# must have no files.
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

# How to mount: through systemd where its automount unit waits, because mount(8) would only trigger it.
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

# Reports what forbids mounting; sets open to the mounts to be made.
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
    read_uptime
    mount_began=$uptime
    limited "$FLEET_MOUNT_SECONDS" "$@"
    # The mount table decides, whatever the tool says: somebody else may have mounted it meanwhile.
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
    case $words:$repair_servers in
    *"NID '"*:*:*:*) words="$words; an IPv6 NID needs a client of release 2.16" ;;
    esac
    case $status:$words in
    0:* | 124:* | 137:* | *'timed out'* | *'Is the MGS specification'*) ;;
    *) words="$words$(kernel_words)" ;;
    esac
    case $status:$words in
    124:* | 137:* | *'timed out'* | *'Input/output error'* | *'No route to host'* | *'unreachable'* | *'onnection refused'* | *'onnection reset'*)
        words="$words$(reach)"
        ;;
    esac
    printf '%s' "$words"
}
# The message of the mount unit's own program.
unit_words() {
    timeout --foreground 5 systemctl show "$unit" -p Result,ExecMainStatus 2>/dev/null 9>&- | tr '\n' ' ' | sed 's/^/; /'
    timeout --foreground 5 journalctl -u "$unit" -n 6 -o cat --no-pager 2>/dev/null 9>&- | grep -E 'mount|Lustre|lustre' | one_line
}
kernel_words() {
    # For these two errors the message of mount names no cause, so any recent kernel lines are shown.
    any=
    case $answer in *'Invalid argument'* | *'wrong fs type'*) any=1 ;; esac
    timeout --foreground 5 dmesg 2>/dev/null 9>&- | awk -v since="$mount_began" -v any="$any" "$kernel_program" | one_line |
        sed -e 's/ *$//' -e 's/^\(.\)/; the kernel says: \1/'
}
# The kernel's lines about the attempt that just failed: those that name a cause, at most 3, else, with `any`, the
# last two. The line that reports the failure ends an attempt; when the times count from this boot, lines older than
# the attempt are skipped.
# shellcheck disable=SC2016
kernel_program='
    function tells(text) {
        return text ~ /[Uu]nknown (mount )?(option|parameter)|nrecognized mount option|ad (mount option|value)|device=/ ||
            text ~ /from log .* failed|rofile .*(exist|found)|ompatible version|ncompatible|enying connection/ ||
            text ~ /(No|Bad|bad|Invalid|invalid) NID|parse NID|starting up LNI|o route to|ame too long|already (exists|mounted|registered|attached)/
    }
    function end_attempt(    i) {
        for (i = 1; i <= lines; i++) attempt[i] = current[i]
        ended = lines
        lines = 0
    }
    {
        message = $0
        sub(/^<[0-9]+>/, "", message)
        stamp = ""
        if (match(message, /^\[ *[0-9]+\.[0-9]+\]/)) stamp = substr(message, 2, RLENGTH - 2) + 0
        sub(/^\[[^]]*\] */, "", message)
        sub(/^\[ *[TC][0-9]+\] */, "", message)
        sub(/^[A-Z][a-z][a-z] +[0-9]+ [0-9:.]+ [^ ]+ kernel: */, "", message)
        sub(/^\[ *[0-9]+\.[0-9]+\] */, "", message)
    }
    message !~ /^(Lustre|LNet)(Error)?: |^lustre: / { next }
    {
        if (stamp != "" && stamp >= since - 2 && !fresh) {
            fresh = 1
            lines = ended = 0
        }
        if (fresh && stamp != "" && stamp < since - 2) next
        if (lines == 200) {
            for (i = 1; i < lines; i++) current[i] = current[i + 1]
            lines--
        }
        current[++lines] = message
    }
    message ~ /Unable to mount/ { end_attempt() }
    END {
        for (i = 1; i <= lines; i++) if (tells(current[i])) ended = 0
        for (i = 1; i <= lines; i++) attempt[++ended] = current[i]
        for (i = 1; i <= ended; i++) if (tells(attempt[i]) && !(attempt[i] in seen)) {
            seen[attempt[i]] = 1
            telling[++told] = attempt[i]
        }
        for (i = told > 3 ? told - 2 : 1; i <= told; i++) print telling[i]
        if (!told && any) for (i = ended > 2 ? ended - 1 : 1; i <= ended; i++) print attempt[i]
    }'
# Whether the servers accept a connection, 5 s for each, at most 3 servers: refused at once, dropped on the way, or no
# route.
reach() {
    find_port
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
        # Written to a file, because a connection attempt that is left running may hold a pipe open.
        knock "$host" >"$work/heard" 2>&1
        knocked=$?
        heard=$(head -c 2000 "$work/heard" 2>/dev/null)
        case $knocked in
        0) printf '; %s port %s answers' "$host" "$port" ;;
        124 | 137) printf '; %s port %s does not answer' "$host" "$port" ;;
        1) printf '; %s port %s %s' "$host" "$port" "$(heard_words)" ;;
        esac
    done
}
# The tool has one exit code for all failures, so its message tells a refused connection from an unreachable server.
heard_words() {
    case $heard in
    *'o route to host'* | *'unreachable'* | *'Host is down'*) printf 'cannot be reached: %s' "$(last_words)" ;;
    *'timed out'*) printf 'does not answer' ;;
    '' | *'onnection refused'* | *'onnection reset'*) printf 'refuses' ;;
    *) printf 'could not be tried: %s' "$(last_words)" ;;
    esac
}
last_words() { printf '%s' "${heard##*: }" | one_line; }
# 0: connected, 1: not, 124: no answer, 3: no tool for it.
knock() {
    if command -v bash >/dev/null 2>&1; then
        # shellcheck disable=SC2016
        timeout --foreground -k 1 5 bash -c ': </dev/tcp/"$1"/"$2"' bash "$1" "$port" </dev/null 9>&-
    elif command -v nc >/dev/null 2>&1; then
        timeout --foreground -k 1 5 nc -v -z "$1" "$port" </dev/null 9>&-
    else
        return 3
    fi
}
