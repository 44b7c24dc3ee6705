# The ladder: cheapest first, and nothing touches a path before all that was read says that it is safe.

# Reads the tables, the kernel log and the tasks' states in one process. Where the caller may not read the log, it is
# read once more with sudo, or from the journal.
survey_node() {
    wanted=$*
    set -- "$root"/proc/[0-9]*/task/[0-9]*/stat
    # The kernel takes so many names for one process.
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

# Sets `more` to what the kernel log tells where the caller may not read it as it is; to nothing where nobody may.
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

# survey_tasks: the tasks alone, so many at a time as fit. Either there were too many, or one of them was gone before it was
# read, for which mawk(1) ends. They count as read only when none ended so.
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

# The lines of the survey that are about the node, not about one mount.
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

# report_unit POINT: what systemd knows of a mount that is not there, and the last words of mount(8).
report_unit() {
    command -v systemctl >/dev/null 2>&1 || return 0
    unit=$(printf '%s\n' "${1#/}" | sed -e 's/-/\\x2d/g' -e 's,/,-,g').mount
    timeout -k 1 5 systemctl show "$unit" -p LoadState -p ActiveState -p Result -p ExecMainStatus -p ExecMount 2>/dev/null |
        sed -n -e 's/^LoadState=/unit_load=/p' -e 's/^ActiveState=/unit_state=/p' -e 's/^Result=/unit_result=/p' \
            -e 's/^ExecMainStatus=/unit_status=/p' -e 's/^ExecMount=.*status=\([0-9]*\).*/unit_status=\1/p'
    said=$(timeout -k 1 5 journalctl -q -b -u "$unit" -n 20 -o cat --no-pager 2>/dev/null | grep -E 'failed: |mount[.:]' | tail -n 1 | one_line)
    [ -z "$said" ] || say unit_said "$said"
}

# Whether what is mounted, or should be, is Lustre: type, fstab, and what counts as it.
is_lustre() {
    case $mount_type:$fstab_type in lustre:* | *:lustre | : | autofs:) return 0 ;; esac
    [ -z "${FLEET_TYPES:-}" ] || return 1
    case " $FLEET_FS_TYPES " in *" $mount_type "*) return 0 ;; esac
    return 1
}

# report_table POINT: what the tables say; adds the point to `touchable` where the right thing is mounted there.
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
    # A name that does not resolve takes seconds to say so: asked once.
    case $fstab_type:${FLEET_SOURCE-} in
    # Its name stands for addresses that only AWS knows, or for a proxy on the node.
    efs:) matches=skipped ;;
    *) compare_sources "$expected" "$mount_source" ;;
    esac
    say source_matches "$matches"
    [ "$matches" = no ] || touchable="$touchable $1"
    [ "$matches" != part ] || partial="$partial $1"
}

# Sets `obstacle` to the reason why a mount must not be touched; to nothing where it may be.
find_obstacle() {
    table_of "$1"
    obstacle=
    kind=other
    case "$mount_type:$lustre " in *" $1 "*) kind=lustre ;; nfs*) kind=nfs ;; esac
    system=${mount_source##*:/}
    system=${system%%/*}
    while read -r line _ _ key _; do
        case $line:$key in
        event=lost:"$system"-* | event=doubt:"$system"-*) [ "$connected" = yes ] || obstacle=lost ;;
        event=lost:nfs:*) case $kind:$mount_source in nfs:"${key#nfs:}":*) obstacle=lost ;; esac ;;
        event=lbug:*) [ "$kind" != lustre ] || obstacle=lbug ;;
        esac
    done <<SURVEY
$survey
SURVEY
    while read -r line state _; do
        case $line:$state in
        import=*:FULL | import=*:IDLE) ;;
        import="$system"-*) obstacle=import ;;
        esac
    done <<IMPORTS
$imports
IMPORTS
    # While every server is connected what waits can still be killed.
    case $kind in
    nfs) [ -z "$stuck_nfs" ] || obstacle=${obstacle:-stuck} ;;
    lustre) [ -z "$stuck_lustre" ] || [ "$connected" = yes ] || obstacle=${obstacle:-stuck} ;;
    esac
}

# report_mounts POINT...: all lines about the node and these mounts, but the last one.
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
    # What is said about one mount stands behind its name.
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

# report_port: the port of the servers, where it is another than Lustre's own.
report_port() {
    find_port
    say mount ''
    [ "$port" = 988 ] || say server_port "$port"
}

# A first touch that ends with an error may be what tells the client that a server threw it out: what the client and the
# kernel know by now is read once more.
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

# One child for each mount, at the same time: one that hangs delays no other.
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

# Takes from `waiting` the children that are over, or have been at one step for too long.
await_children() {
    still=
    over=
    for entry in $waiting; do
        ! is_gone "${entry%%:*}" || over="$over $entry"
    done
    # Who was gone before has said all it had to say.
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
        # A node too busy to ask, or a check whose time is over, says nothing about the mount.
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

# remove_trial POINT INDEX: the file of the trial that was just abandoned, unless one of its processes could not be ended:
# that one holds what a removal would wait for.
remove_trial() {
    for pid in $family; do is_gone "$pid" || return 0; done
    canary_file "$1" "$2"
    bounded 1 0 rm -f -- "$file" || :
}

# report_mount: the same for the one point of mount-lustre.
report_mount() { report_mounts "$point"; }
