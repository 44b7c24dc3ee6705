# Whatever could block runs in a child that is left behind when it does not come back: a dead Lustre makes it
# unkillable. Nothing of fleet's is open in it, so that nobody waits for it.

# Sets `now` to milliseconds after boot, without a process; they come in steps of 10.
clock() {
    read -r now _ </proc/uptime
    now=${now%.*}${now#*.}
    now=${now#"${now%%[!0]*}"}
    now=${now:-0}0
}
clock
deadline=$((now + ${FLEET_DEADLINE_SECONDS:-27} * 1000))

make_scratch() {
    [ -z "$scratch" ] || return 0
    scratch=$(mktemp -d /dev/shm/fleet.XXXXXX 2>/dev/null) || scratch=$(mktemp -d 2>/dev/null)
}

# Short naps first: a healthy file system answers within milliseconds.
rested() { naps='0.01 0.01 0.02 0.04 0.08 0.15 0.25'; }
nap() {
    sleep "${naps%% *}"
    case $naps in *' '*) naps=${naps#* } ;; esac
}

# Whether a child is over; one that nobody has waited for is a zombie.
is_gone() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    case $line in *') Z '*) return 0 ;; esac
    return 1
}

# begin NAME COMMAND...: in the background, its output in $scratch/NAME.out and .err; sets `child`.
begin() {
    name=$1
    shift
    {
        "$@" </dev/null >"$scratch/$name.out" 2>"$scratch/$name.err" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        printf '%s\n' "$?" >"$scratch/$name.exit"
    } </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    child=$!
}

is_over() { [ -s "$scratch/$1.exit" ] || is_gone "$2"; }

# bounded SECONDS NAME COMMAND...: sets `status` to its exit code, or to `late`: then it is left behind.
bounded() {
    clock
    until=$((now + $1 * 1000))
    name=$2
    shift
    begin "$@"
    rested
    until is_over "$name" "$child"; do
        clock
        if [ "$now" -ge "$until" ]; then
            abandon "$child"
            status=late
            return
        fi
        nap
    done
    status=
    { read -r status <"$scratch/$name.exit"; } 2>/dev/null || status=lost
}

# abandon PID: ends it and what it started. What KILL does not end leaves the job's cgroup: Slurm waits for all that is
# in there, and drains the node (UnkillableStepTimeout) over a process that can only end when the servers answer.
# Moved, and not started by systemd-run: only what hangs pays for it, and the mounts stay those that the job sees.
abandon() {
    family=$1
    for generation in 1 2; do
        for parent in $family; do
            children=
            { read -r children <"/proc/$parent/task/$parent/children"; } 2>/dev/null
            for pid in $children; do
                case " $family " in *" $pid "*) ;; *) family="$family $pid" ;; esac
            done
        done
    done
    # Some shells tell on standard error that a child was killed.
    # shellcheck disable=SC2086
    { kill -KILL $family; sleep 0.1; ! is_gone "$1" || wait "$1"; } 2>/dev/null
    for pid in $family; do
        is_gone "$pid" || leave_job "$pid"
    done
}

leave_job() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        set -- "$1" /sys/fs/cgroup/cgroup.procs
    else
        set -- "$1" /sys/fs/cgroup/*/cgroup.procs
    fi
    left=$1
    shift
    moved=no
    for file; do
        [ -e "$file" ] || continue
        if { printf '%s\n' "$left" >"$file"; } 2>/dev/null ||
            printf '%s\n' "$left" | sudo -n tee "$file" >/dev/null 2>&1; then
            moved=yes
        fi
    done
    say left_behind "$left $moved"
}
