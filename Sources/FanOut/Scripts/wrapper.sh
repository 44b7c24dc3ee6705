# The second half of everything that fleet sends to a node. Set before it: run node nonce attempt job directory limit
# grace wants_root begin_in stdin, the functions fleet_file, stage and launch, and the payload as "$@".
# What it must do, whatever the payload does: leave one record. Every process counts here, times thousands of nodes.
# The functions below are called by stage, which stands before this half.
# shellcheck disable=SC2317
job=${job:-${SLURM_JOB_ID:-local}}
umask 077
box=
out=.$node.$job.out
err=.$node.$job.err
whole=.$node.$job.record

staging=

leave() {
    [ -z "$box$staging" ] || { cd / && rm -rf ${box:+"$box"} ${staging:+"$staging"}; }
    exit "$1"
}

if [ -n "$directory" ]; then
    cd "$directory/records" 2>/dev/null || exit 81
    { read -r found <../nonce; } 2>/dev/null
    [ "$found" = "$nonce" ] || exit 82
    # The first file tells the head that the payload is being started.
    # true(1), not ':': a failing redirection of a special builtin would end the shell with its own code.
    { true >"$out" && true >"$err"; } 2>/dev/null || exit 83
    # Who makes this file decides: the wrapper, and the payload runs; or the head, and it never will.
    set -C
    { true >".$node.$attempt.claim"; } 2>/dev/null || {
        rm -f "$out" "$err"
        # Taken by the head, or by an earlier start; without the file nobody has it, and it could not be made.
        [ -e ".$node.$attempt.claim" ] && exit 85
        exit 83
    }
    set +C
else
    # No shared storage: what the payload writes stays here until the record goes back on standard output.
    unset SLURM_CONF
    box=$(mktemp -d "${TMPDIR:-/tmp}/fleet.XXXXXXXXXX" 2>/dev/null) || box=$(mktemp -d /dev/shm/fleet.XXXXXXXXXX 2>/dev/null) || exit 83
    { cd "$box" && true >"$out" && true >"$err"; } || leave 83
    printf 'fleet-begun/1 %s\n' "$nonce"
fi

# What is staged lies in a folder of its own, where files can be executed: /tmp may be mounted noexec.
make_staging() {
    for folder in "${TMPDIR:-/tmp}" /var/tmp /dev/shm /run; do
        staging=$(mktemp -d "$folder/fleet.XXXXXXXXXX" 2>/dev/null) || continue
        if can_execute "$staging/probe"; then return; fi
        rm -rf "$staging"
    done
    staging=
    printf 'no folder on this node where a script can be stored and executed\n'
    return 1
}

can_execute() {
    printf '#!/bin/sh\n' >"$1" && chmod 700 "$1" && "$1" && rm -f "$1"
} 2>/dev/null

# fetch NAME SHA256 MODE TARGET: one of the run's files to a path on this node, whole or not at all.
fetch() {
    # The node's name, since the folder may be shared by all of them.
    new=$4.fleet-$node-$nonce
    # Never through something that lies there already: in a folder like /tmp it may be anybody's link.
    message=$({ set -C; fleet_file "$1" >"$new"; } 2>&1) || {
        rm -f "$new" 2>/dev/null
        # Without the shell's own name and line number.
        printf '%s\n' "${message#*: [0-9]*: }"
        return 1
    }
    # From standard input: beside a name with a backslash in it sha256sum(1) marks the sum too.
    sum=$({ sha256sum <"$new"; } 2>&1) || {
        printf '%s\n' "$sum"
        return 1
    }
    if [ "${sum%% *}" != "$2" ]; then
        rm -f "$new"
        printf '%s arrived damaged: its checksum is %s\n' "$1" "${sum%% *}"
        return 1
    fi
    { chmod "$3" "$new" && mv -f "$new" "$4"; } 2>&1 || {
        rm -f "$new"
        return 1
    }
}

# planted PATH: whether it is a link that anybody may have made; says so.
planted() {
    [ -L "$1" ] || return 1
    case $(stat -L -c %A "${1%/*}/" 2>/dev/null) in
    ????????w*) printf '%s is a link in a folder that anybody may write to\n' "$1" ;;
    *) return 1 ;;
    esac
}

# place NAME SHA256 MODE TARGET BASENAME: like fetch, where the target may be a folder; the same file again is left
# alone, a link is followed unless it is planted, and what is no file (a device, a pipe) is never replaced.
place() {
    target=$4
    if planted "${target%/}"; then return 1; fi
    if [ -d "$target" ] || [ "${target%/}" != "$target" ]; then target=${target%/}/$5; fi
    if planted "$target"; then return 1; fi
    if [ -L "$target" ]; then target=$(readlink -f "$target") || return 1; fi
    if [ -e "$target" ] && [ ! -f "$target" ]; then
        printf '%s is there and is no regular file\n' "$target"
        return 1
    fi
    if [ -f "$target" ] && [ "$({ sha256sum <"$target"; } 2>/dev/null)" = "$2  -" ] &&
        [ "$(stat -c %a "$target")" = "${3#0}" ]; then
        return
    fi
    fetch "$1" "$2" "$3" "$target"
}

# Sets hundredths of a second; /proc/uptime is monotonic and needs no process, and its text without the dot counts them.
read_clock() {
    read -r uptime rest </proc/uptime
    uptime=${uptime%.*}${uptime#*.}
    hundredths=${uptime#"${uptime%%[!0]*}"}
}

elevate=
if [ "$wants_root" = 1 ] && [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then
    elevate='sudo -n'
fi

# Runs the payload with root's rights: only who has them can end its whole process group afterwards.
# shellcheck disable=SC2016
runner='
    grace=$1 limit=$2 group= told=
    trap "told=1; [ -z \"\$group\" ] || kill -TERM \"\$group\" 2>/dev/null" TERM INT HUP USR1
    umask 022
    cd "$3" 2>/dev/null || cd /
    shift 3
    timeout -k "$grace" "$limit" "$@" &
    group=$!
    # A TERM that came before the number was known has reached nobody.
    [ -z "$told" ] || kill -TERM "$group" 2>/dev/null
    while :; do
        wait "$group"
        status=$?
        kill -0 "$group" 2>/dev/null || break
    done
    kill -KILL "-$group" 2>/dev/null
    exit "$status"'

ended=0
timed_out=0
setup=0
read_clock
began=$hundredths
# USR1 is what srun passes on; on TERM it asks slurmctld to end the step, which knows none without an allocation.
trap 'leave 143' TERM INT HUP USR1
if stage >"$err"; then
    if [ -n "$stdin" ]; then stdin=$staging/$stdin; else stdin=/dev/null; fi
    # A TERM for the job (time limit, scancel) is passed on; this shell stays to write the record.
    trap 'ended=1; $elevate kill -TERM "$child" 2>/dev/null' TERM INT HUP USR1
    if [ -n "$elevate" ]; then
        $elevate sh -c "$runner" sh "$grace" "$limit" "$begin_in" "$@" >"$out" 2>"$err" <"$stdin" &
    else
        # timeout(1) makes itself the leader of a process group, and gives the payload back the INT and QUIT that
        # a shell takes from what it starts in the background.
        { umask 022; cd "$begin_in" 2>/dev/null || cd /; launch "$@"; } >"$out" 2>"$err" <"$stdin" &
    fi
    child=$!
    # A TERM that came before the child's number was known has reached nobody.
    [ "$ended" = 0 ] || $elevate kill -TERM "$child" 2>/dev/null
    while :; do
        wait "$child"
        status=$?
        kill -0 "$child" 2>/dev/null || [ -d "/proc/$child" ] || break
    done
    # What the payload left behind in its process group goes with it.
    [ -n "$elevate" ] || kill -KILL "-$child" 2>/dev/null
    read_clock
    # 124 is what timeout(1) says after a TERM, 137 after a KILL; a payload may say so too, but not this late.
    case $status in
    124 | 137) [ $((hundredths - began)) -ge $((limit * 100 - 5)) ] && timed_out=1 ;;
    esac
else
    status=1
    setup=1
fi
hundredths=$((hundredths - began))

out_size=0
err_size=0
if [ -s "$out" ] || [ -s "$err" ]; then
    # shellcheck disable=SC2046
    set -- $(stat -c %s "$out" "$err")
    out_size=$1
    err_size=$2
fi
write_record() {
    { [ "$out_size" = 0 ] || head -c "$out_size" "$out"; } &&
        { [ "$err_size" = 0 ] || head -c "$err_size" "$err"; } &&
        printf '\nfleet-record/1 run=%s node=%s nonce=%s job=%s status=%d timed_out=%d ended=%d setup=%d hundredths=%d stdout=%d stderr=%d\n' \
            "$run" "$node" "$nonce" "$job" "$status" "$timed_out" "$ended" "$setup" "$hundredths" "$out_size" "$err_size"
}
if [ -z "$directory" ]; then
    write_record || leave 84
    leave 0
fi
if [ "$out_size$err_size" = 00 ]; then
    # One line in one write: no name of its own while it is written, and the head takes the empty streams away.
    write_record >"$node.$job" 2>/dev/null || leave 84
    leave 0
fi
{ write_record >"$whole" && mv -f "$whole" "$node.$job"; } 2>/dev/null || leave 84
rm -f "$out" "$err"
leave 0
