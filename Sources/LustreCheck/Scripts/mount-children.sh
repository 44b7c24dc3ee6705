# Everything that may block runs in a child process. A child that does not return is left running, because a dead
# Lustre makes it unkillable. It keeps none of fleet's descriptors open, so that nobody waits for it.

# Sets `now` to milliseconds after boot, in steps of 10, without a process.
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

# The children write to a pipe that needs no process and leaves no file: a here-document is a pipe (in older shells a
# file that is already deleted), and Linux can open its other end by name. A hanging child keeps nothing else open.
channel=
open_channel() {
    [ -z "$channel" ] || return 0
    channel=8
    exec 8<<CHANNEL
@
CHANNEL
    read -r line <&8
}

# drain: reads everything that the children have written so far; the end mark keeps it from waiting for more.
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

# start_child NUMBER COMMAND...: runs it in the background; its output lines begin with its number. Sets `child`.
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

# The first pauses are short: a healthy file system answers within milliseconds. Each pause is a process.
rested() { naps='0.02 0.02 0.04 0.08 0.15 0.25'; }
nap() {
    sleep "${naps%% *}"
    case $naps in *' '*) naps=${naps#* } ;; esac
}

# Whether a child has ended; a zombie has ended too, but was not waited for yet.
is_gone() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    case $line in *') Z '*) return 0 ;; esac
    return 1
}

# bounded SECONDS NUMBER COMMAND...: sets `said`; fails if the command does not end in time, and leaves it running.
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

# Whether sudo(8) answers, yes or no: when the directory service is down, sudo waits, and only root may end it. It is
# asked once; a sudo that does not answer runs until the job ends.
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

# abandon PID: ends the process and its children. A process that KILL does not end is moved out of the job's cgroup:
# Slurm waits for every process in that cgroup, and drains the node (UnkillableStepTimeout) because of a process that
# can end only when the servers answer. It is moved and not started by systemd-run, so that only hanging processes
# cost time, and the mounts stay those that the job sees.
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
    # Some shells print a message on standard error when a child is killed.
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
