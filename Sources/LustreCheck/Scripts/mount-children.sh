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

# Only the canary needs files on the node.
make_scratch() {
    [ -z "$scratch" ] || return 0
    scratch=$(mktemp -d /dev/shm/fleet.XXXXXX 2>/dev/null) || scratch=$(mktemp -d 2>/dev/null)
}

# What the children say comes through a pipe that costs no process and leaves no file: a here-document is one (to older
# shells a file that is gone already), and Linux opens its other end by name. Who hangs keeps nothing else open.
channel=
open_channel() {
    [ -z "$channel" ] || return 0
    channel=8
    exec 8<<CHANNEL
@
CHANNEL
    read -r line <&8
}

# drain: takes all that the children have said so far; the mark behind it keeps this from waiting for more.
drain() {
    echo @ >>/proc/self/fd/8
    while IFS= read -r line <&8; do
        [ "$line" != @ ] || return 0
        number=${line%%:*}
        line=${line#*:}
        # It becomes part of a name below.
        case $number in '' | *[!0-9]*) continue ;; esac
        case $line in
        doing=*) eval "step_$number=\${line#doing=} began_$number=\$now" ;;
        *)
            eval "said_$number=\"\${said_$number}\$line
\""
            ;;
        esac
    done
}

# start_child NUMBER COMMAND...: in the background; what it says begins with its number. Sets `child`.
start_child() {
    open_channel
    clock
    eval "step_$1=start began_$1=\$now said_$1="
    {
        tag=$1:
        shift
        "$@"
    } </dev/null >>/proc/self/fd/8 2>/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8<&- 9>&- &
    child=$!
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

# bounded SECONDS NUMBER COMMAND...: sets `said`; fails where it does not end in time: then it is left behind.
bounded() {
    clock
    until=$((now + $1 * 1000))
    shift
    start_child "$@"
    rested
    until is_gone "$child"; do
        clock
        if [ "$now" -ge "$until" ]; then
            abandon "$child"
            said=
            return 1
        fi
        nap
    done
    drain
    eval "said=\$said_$1"
}

# Whether sudo(8) answers, yes or no: with the directory service down it waits, and only root may end it. Asked once; one
# that does not answer is left to the end of the job.
sudo_state=
sudo_answers() {
    [ -z "$sudo_state" ] || { [ "$sudo_state" = yes ]; return; }
    sudo_state=no
    command -v sudo >/dev/null 2>&1 || return 1
    start_child 0 ask_sudo
    clock
    sudo_until=$((now + 5000))
    rested
    until is_gone "$child"; do
        clock
        [ "$now" -lt "$sudo_until" ] || return 1
        nap
    done
    sudo_state=yes
}
ask_sudo() { sudo -n true >/dev/null; }

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
            { sudo_answers && printf '%s\n' "$left" | sudo -n tee "$file" >/dev/null 2>&1; }; then
            moved=yes
        fi
    done
    say left_behind "$left $moved"
}
