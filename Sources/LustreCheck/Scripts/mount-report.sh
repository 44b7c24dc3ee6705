# The steps of the check, cheapest first. No path is accessed before everything that was read says that it is safe.

# Reads the tables, the kernel log and the states of the tasks in one process. If the caller may not read the log, it
# is read again with sudo or from the journal.
survey_node() {
    wanted=$*
    set -- "$root"/proc/[0-9]*/task/[0-9]*/stat
    # The kernel accepts only so many arguments for one process.
    [ $# -le 20000 ] || set --
    survey=$(dmesg 2>/dev/null | awk -v points="$wanted" -v root="$root" "$survey_program" "$root"/etc/apt/apt.conf.d/* "$@" 2>/dev/null)
    case $survey in *tasks=read*) ;; *) survey_tasks ;; esac
    case $survey in *log=read*) return ;; esac
    read_log_otherwise
    case $more in
    *log=read*)
        survey="$more
$survey"
        ;;
    esac
}

# Sets `more` to the kernel log's messages when the caller needs another way to read it; to nothing when no way works.
read_log_otherwise() {
    more=
    for reader in 'sudo -n dmesg' 'journalctl -q -k -b -o short-monotonic --no-pager'; do
        command -v "${reader%% *}" >/dev/null 2>&1 || continue
        journal=
        case $reader in
        sudo*) sudo_answers || continue ;;
        *) journal=1 ;;
        esac
        # shellcheck disable=SC2086
        more=$(timeout --foreground -k 1 5 $reader 2>/dev/null </dev/null | awk -v root="$root" -v journal="$journal" "$survey_program")
        case $more in *log=read*) return ;; esac
    done
}

# survey_tasks: reads only the tasks, as many at a time as fit. It is needed when there were too many, or when a task
# ended before it was read, because mawk(1) then exits. They count as read only if no task ended meanwhile.
survey_tasks() {
    survey=${survey%%
task=*}
    set -- "$root"/proc/[0-9]*/task/[0-9]*/stat
    whole=yes
    more=$(printf '%s\n' "$@" | xargs -s 120000 awk -v root="$root" "$survey_program" 2>/dev/null) || whole=no
    survey="$survey
$more"
    [ "$whole" = no ] || survey="$survey
tasks=read"
}

# The lines of the survey that are about the node and not about one mount.
report_survey() {
    while IFS= read -r line; do
        case $line in
        mount_table=* | filesystem_registered=* | automatic_upgrades=* | log=* | event=* | tasks=*)
            printf '%s\n' "$line"
            ;;
        esac
    done <<SURVEY
$survey
SURVEY
}

# report_unit POINT: systemd's state of a missing mount, and the last message of mount(8).
report_unit() {
    command -v systemctl >/dev/null 2>&1 || return 0
    unit=$(printf '%s\n' "${1#/}" | sed -e 's/-/\\x2d/g' -e 's,/,-,g').mount
    timeout -k 1 5 systemctl show "$unit" -p LoadState -p ActiveState -p Result -p ExecMainStatus -p ExecMount 2>/dev/null |
        sed -n -e 's/^LoadState=/unit_load=/p' -e 's/^ActiveState=/unit_state=/p' -e 's/^Result=/unit_result=/p' \
            -e 's/^ExecMainStatus=/unit_status=/p' -e 's/^ExecMount=.*status=\([0-9]*\).*/unit_status=\1/p'
    said=$(timeout -k 1 5 journalctl -q -b -u "$unit" -n 20 -o cat --no-pager 2>/dev/null | grep -E 'failed: |mount[.:]' | tail -n 1 | one_line)
    [ -z "$said" ] || say unit_said "$said"
}

# Whether the mounted or expected file system is Lustre: by type, fstab, and the types that count as Lustre.
is_lustre() {
    case $mount_type:$fstab_type in lustre:* | *:lustre | : | autofs:) return 0 ;; esac
    [ -z "${FLEET_TYPES:-}" ] || return 1
    case " $FLEET_FS_TYPES " in *" $mount_type "*) return 0 ;; esac
    return 1
}

# report_table POINT: reports the tables; adds the point to `touchable` when the right file system is mounted there.
report_table() {
    table_of "$1"
    say mount "$1"
    choose_types
    say types "$types"
    for key in fstab_source fstab_type fstab_options mount_type mount_source mount_options; do
        eval "value=\$$key"
        # shellcheck disable=SC2154
        say "$key" "$value"
    done
    expected=${FLEET_SOURCE:-$fstab_source}
    say expected_source "$expected"
    if ! type_is_right "$mount_type"; then
        case $mount_type in '' | autofs) report_unit "$1" ;; esac
        return
    fi
    # A name that does not resolve takes seconds to fail, so it is asked once.
    case $fstab_type:${FLEET_SOURCE-} in
    # Its name stands for addresses that only AWS knows, or for a proxy on the node.
    efs:) matches=skipped ;;
    *) compare_sources "$expected" "$mount_source" ;;
    esac
    say source_matches "$matches"
    [ "$matches" = no ] || touchable="$touchable $1"
    [ "$matches" != part ] || partial="$partial $1"
}

# Sets `obstacle` to the reason why a mount must not be accessed; to nothing when it may be.
find_obstacle() {
    table_of "$1"
    obstacle=
    kind=other
    case "$mount_type:$lustre " in *" $1 "*) kind=lustre ;; nfs*) kind=nfs ;; esac
    system=${mount_source##*:/}
    system=${system%%/*}
    while read -r line _ _ key _; do
        case $line:$key in
        # Not those of a file system whose name only begins like this: `fs` and `fs-old`.
        event=lost:"$system"-[OM][SD]T* | event=doubt:"$system"-[OM][SD]T*) [ "$connected" = yes ] || obstacle=lost ;;
        event=lost:nfs:*) case $kind:$mount_source in nfs:"${key#nfs:}":*) obstacle=lost ;; esac ;;
        event=lbug:*) [ "$kind" != lustre ] || obstacle=lbug ;;
        esac
    done <<SURVEY
$survey
SURVEY
    while read -r line state _; do
        case $line:$state in
        import=*:FULL | import=*:IDLE) ;;
        import="$system"-[OM][SD]T*) obstacle=import ;;
        esac
    done <<IMPORTS
$imports
IMPORTS
    # While every server is connected, a waiting process can still be killed.
    case $kind in
    nfs) [ -z "$stuck_nfs" ] || obstacle=${obstacle:-stuck} ;;
    lustre) [ -z "$stuck_lustre" ] || [ "$connected" = yes ] || obstacle=${obstacle:-stuck} ;;
    esac
}

# report_mounts POINT...: prints all lines about the node and these mounts, except the last line.
report_mounts() {
    survey_node "$@"
    say kernel "$kernel"
    { read -r uptime _ <"$root/proc/uptime"; } 2>/dev/null && say uptime "$uptime"
    report_survey
    touchable='' lustre='' partial=''
    for each; do
        table_of "$each"
        ! is_lustre || lustre="$lustre $each"
    done
    [ -z "$lustre" ] || report_client
    connected='' imports='' stuck_lustre='' stuck_nfs=''
    # The lines about one mount follow its name.
    for each; do report_table "$each"; done
    say mount ''
    for each in $touchable; do
        case "$lustre " in *" $each "*) report_imports && break ;; esac
    done
    [ "$connected" != no ] || report_port
    case $survey in *task=*) report_tasks ;; esac
    stumbled=
    touch_all
    [ -z "$stumbled" ] || look_again
}

# report_port: the port of the servers, if it is not Lustre's default.
report_port() {
    find_port
    say mount ''
    [ "$port" = 988 ] || say server_port "$port"
}

# If the first access fails, it may be the access that tells the client about its eviction by a server: the state of
# the client and the kernel log are then read again.
look_again() {
    say mount ''
    case $connected in '') ;; *) ! read_imports || printf '%s' "$imports" ;; esac
    more=$(dmesg 2>/dev/null | awk -v root="$root" "$survey_program" 2>/dev/null)
    case $more in *log=read*) ;; *) read_log_otherwise ;; esac
    printf '%s\n' "$more" | grep '^event=' | while IFS= read -r line; do
        case "
$survey
" in
        *"
$line
"*) ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
    case $imports in *dated=1*) say now "$(date +%s)" ;; esac
}

# One child for each mount, all at the same time, so that one that hangs delays no other.
touch_all() {
    waiting=
    count=0
    for each in $touchable; do
        find_obstacle "$each"
        if [ -n "$obstacle" ]; then
            say mount "$each"
            say untouched "$obstacle"
            continue
        fi
        if [ "${FLEET_CANARY:-0}" = 1 ] && ! make_scratch; then
            FLEET_CANARY=0
            say mount "$each"
            say no_scratch 1
        fi
        count=$((count + 1))
        start_child "$count" touch_mount "$each" "$kind"
        waiting="$waiting $child:$count:$each"
    done
    rested
    while [ -n "$waiting" ]; do
        nap
        await_children
    done
}

# Removes from `waiting` the children that have ended, and those that spent too long on one step.
await_children() {
    still=
    over=
    for entry in $waiting; do
        ! is_gone "${entry%%:*}" || over="$over $entry"
    done
    # A child that had ended before the drain has no more output.
    clock
    drain
    for entry in $waiting; do
        rest=${entry#*:}
        number=${rest%%:*}
        # shellcheck disable=SC1083
        eval "step=\$step_$number step_began=\$began_$number said=\$said_$number"
        late=$((now - step_began))
        case "$over " in
        *" $entry "*) step= ;;
        *)
            if [ "$now" -lt "$deadline" ] && [ "$late" -lt $((FLEET_ANSWER_SECONDS * 1000)) ]; then
                still="$still $entry"
                continue
            fi
            ;;
        esac
        say mount "${rest#*:}"
        printf '%s' "$said"
        case $said in *first_error=* | *statfs_error=*) stumbled=1 ;; esac
        [ -n "$step" ] || continue
        # A node that is too busy, or a check that ran out of time, says nothing about the mount.
        if [ "$step" != start ] && [ "$late" -ge $((FLEET_ANSWER_SECONDS * 1000)) ]; then
            say hung "$((late / 1000)) $step"
        else
            say unanswered "$((late / 1000)) $step"
        fi
        place=${rest#*:}
        abandon "${entry%%:*}"
        case $step in canary*) remove_trial "$place" "${step#canary }" ;; esac
    done
    waiting=$still
}

# remove_trial POINT INDEX: removes the trial file of a child that was just abandoned, unless one of its processes
# could not be ended: the removal would then wait for the same lock.
remove_trial() {
    for pid in $family; do is_gone "$pid" || return 0; done
    canary_file "$1" "$2"
    bounded 1 0 rm -f -- "$file" || :
}

# report_mount: the same for the single point of mount-lustre.
report_mount() { report_mounts "$point"; }
