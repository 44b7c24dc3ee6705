# Shared by the parts of mount-lustre. In addition to the variables of lustre-common.sh, fleet sets FLEET_TIMEOUT
# (seconds of the whole payload), FLEET_LOCK_SECONDS, FLEET_REHEARSAL (1: print the plan, change nothing), FLEET_STAGE
# (where the stage is reported; empty: nowhere). FLEET_ROOT is only for tests.
find_kernel
root=${FLEET_ROOT:-}
default_ifs=$IFS
newline='
'
failed=0
at=
said_at=
broken=
work=
left_behind=
stage_file=
tells_stages=
local_file=
fetched=
beat=

# The stage is the name of a file beside the record, or a line on the step's standard output. Failing to write it is
# ignored.
stage() {
    tells_stages=1
    case $FLEET_STAGE in
    '') return 0 ;;
    /proc/*) printf 'fleet-stage/1 %s\n' "$1" >>"$FLEET_STAGE" ;;
    *)
        if [ -n "$stage_file" ]; then mv -f "$stage_file" "$FLEET_STAGE$1"; else (set -C && true >"$FLEET_STAGE$1"); fi &&
            stage_file=$FLEET_STAGE$1
        ;;
    esac 2>/dev/null
    return 0
}

leave() {
    # Without this, a claim of this node would keep the others waiting.
    [ -z "$beat" ] || end_claim
    [ -z "$stage_file" ] || rm -f "$stage_file" 2>/dev/null
    [ -z "$work" ] || rm -rf "$work"
    [ -z "$local_file" ] || rm -f "$local_file"
    [ -z "$fetched" ] || rm -rf "$fetched"
    [ -z "$scratch" ] || rm -rf "$scratch"
}
trap leave EXIT

# A step is printed after it has ended. For a step of one mount, the mount is printed first.
say_step() {
    [ "$at" = "$said_at" ] || say at "$at"
    said_at=$at
    say step "$1 $2 $3"
}
done_step() { say_step "$1" "done" "$2"; }
# A step of the whole node failed: nothing can go on.
fail_step() {
    at=
    say_step "$1" failed "$2"
    failed=1
    finish
}
# A step of one mount failed: the other mounts go on.
fail_mount() {
    at=$point
    say_step "$1" failed "$2"
    at=
    failed=1
    broken="$broken$newline$point"
    return 1
}
is_broken() {
    case "$broken$newline" in *"$newline$point$newline"*) return 0 ;; esac
    return 1
}

# One line of the plan: the step, and the command that will be run.
would() {
    [ "$at" = "$said_at" ] || say at "$at"
    said_at=$at
    say plan "$1 $2"
}
rehearses() { [ "$FLEET_REHEARSAL" = 1 ]; }

# is_number WORD
is_number() {
    case $1 in '' | *[!0-9]*) return 1 ;; esac
}

read_uptime() {
    read -r uptime rest </proc/uptime
    uptime=${uptime%.*}
}
read_uptime
began=$uptime

# Seconds that a step may take so that the row can still be reported; below a minute the time is not divided.
time_left() {
    read_uptime
    left=$FLEET_TIMEOUT
    [ "$FLEET_TIMEOUT" -lt 60 ] || left=$((FLEET_TIMEOUT - 15 - uptime + began))
}

make_work() {
    [ -z "$work" ] || return 0
    name=fleet-mount
    if rehearses; then
        name=fleet-plan
        # A killed run left these folders. Other runs may be under way, and each takes minutes, so only old ones are
        # removed.
        find "$root/run" -maxdepth 1 -name 'fleet-plan.*' -mmin +60 -exec rm -rf {} + 2>/dev/null
    fi
    work=$(mktemp -d "$root/run/$name.XXXXXX" 2>/dev/null) ||
        work=$(mktemp -d /dev/shm/fleet.XXXXXX 2>/dev/null) || work=$(mktemp -d 2>/dev/null) || {
        work=
        fail_step scratch "no folder on this node where a file can be written (/run, /dev/shm, /tmp)"
    }
}

# limited SECONDS COMMAND...: sets status and answer; 124 means that it did not end in time. A process that not even
# KILL ends is left running: it must hold none of our descriptors, so that the row is still reported.
limited() {
    time_left
    limit=$1
    left_behind=
    shift
    [ "$left" -ge "$limit" ] || limit=$left
    status=124
    answer='no time was left for it (--timeout)'
    [ "$limit" -gt 0 ] || return 124
    make_work
    rm -f "$work/status"
    (
        # --foreground: in the payload's own process group, so that nothing outlives the payload's deadline.
        timeout --foreground -k 5 "$limit" "$@" >"$work/answer" 2>&1
        echo "$?" >"$work/status"
    ) </dev/null >/dev/null 2>&1 9>&- &
    limited_child=$!
    read_uptime
    until=$((uptime + limit + 8))
    started=$uptime
    pause=0.02
    while [ ! -s "$work/status" ] && [ "$uptime" -le "$until" ]; do
        sleep "$pause"
        if [ "$pause" = 0.02 ]; then pause=0.1; elif [ "$uptime" -gt "$((until - limit - 6))" ]; then pause=0.5; fi
        read_uptime
    done
    if [ -s "$work/status" ]; then read -r status <"$work/status"; else abandon_limited; fi
    answer=$(head -c 60000 "$work/answer" 2>/dev/null)
    # Somebody else killed it, long before its time was over.
    if [ "$status" = 137 ] && [ $((uptime - started)) -lt $((limit - 1)) ]; then
        status=9
        answer="$answer killed"
    fi
    return "$status"
}
# A process that not even KILL ended is moved out of the job, because Slurm would drain the node otherwise. In a
# subshell, since its output lines are check-mount's and belong to no step.
abandon_limited() {
    status=137
    rest=$(
        abandon "$limited_child"
        name_hanging
    )
    hanging=${rest##*hanging=}
    [ "$hanging" != "$rest" ] || hanging='its process'
    case $rest in
    *left_behind=*' no'*) left_behind="; $hanging cannot be killed and is still in the job" ;;
    *left_behind=*' yes'*) left_behind="; $hanging cannot be killed, and was moved out of the job" ;;
    esac
}
# The process that not even KILL ended, with its state: D, or I in Lustre's own code. If there are several, the last
# one, because the others wait for it. It reads the node's own /proc, and ignores FLEET_ROOT.
name_hanging() {
    line=
    for pid in $family; do
        { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
        state=${stat##*) }
        state=${state%% *}
        case $state in
        D | I)
            name=${stat#*(}
            line="$(printf '%s' "${name%)*}" | tr -c 'A-Za-z0-9_.+:-' _) (process $pid) hangs in state $state,"
            ;;
        esac
    done
    [ -z "$line" ] || printf 'hanging=%s' "$line"
}
# Why the last limited command failed: its own message, or that it did not end.
said() {
    case $status in
    124 | 137) printf '%s did not end within %s s%s%s' "$1" "$limit" "${answer:+: $(printf '%s' "$answer" | tail -n 3)}" "$left_behind" | one_line ;;
    *) printf '%s (exit %s)' "$(printf '%s\n' "$answer" | grep -E "${2:-.}" || printf '%s' "$answer")" "$status" | one_line ;;
    esac
}
