# The second half of everything that fleet sends to a node. Set before it: run node nonce attempt job directory limit
# grace wants_root begin_in stdin, the functions fleet_file, stage and launch, and the payload as "$@".
# What it must do, whatever the payload does: leave one record. Every process counts here, times thousands of nodes.
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
    # Whoever owns a folder decides what its names lead to: from here on everything is reached from this one.
    { [ -O . ] && [ -O .. ] && [ -O ../nonce ] && [ -f ../nonce ] && [ ! -L ../nonce ]; } || exit 82
    { read -r found <../nonce; } 2>/dev/null
    [ "$found" = "$nonce" ] || exit 82
    # No file is made through one that is there already.
    set -C
    # The first file tells the head that the payload is being started.
    # true(1), not ':': a failing redirection of a special builtin would end the shell with its own code.
    { true >"$out" && true >"$err"; } 2>/dev/null || {
        [ -e ".$node.$attempt.claim" ] && exit 85
        # Left by a start that was cut off before it could claim the attempt.
        { rm -f "$out" "$err" && true >"$out" && true >"$err"; } 2>/dev/null || exit 83
    }
    # Who makes this file decides: the wrapper, and the payload runs; or the head, and it never will.
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
set -C
if [ "$out_size$err_size" = 00 ]; then
    # One line in one write: no name of its own while it is written, and the head takes the empty streams away.
    write_record >"$node.$job" 2>/dev/null || leave 84
    leave 0
fi
{ write_record >"$whole" && mv -fT "$whole" "$node.$job"; } 2>/dev/null || leave 84
rm -f "$out" "$err"
leave 0
