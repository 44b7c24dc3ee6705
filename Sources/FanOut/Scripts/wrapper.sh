# The second half of every script that fleet sends to a node. The first half sets run node nonce attempt job directory
# limit grace wants_root begin_in stdin grouped, defines the functions fleet_file, stage and launch, and sets the payload as
# "$@". Its duty: leave exactly one record, whatever the payload does. It starts few processes, because thousands of
# nodes run it at once.
job=${job:-${SLURM_JOB_ID:-local}}
umask 077
litter=
out=.$node.$job.out
err=.$node.$job.err
whole=.$node.$job.record

staging=

leave() {
    # shellcheck disable=SC2086
    [ -z "$litter$staging" ] || rm -rf $litter ${staging:+"$staging"}
    exit "$1"
}

# A job's prolog may call it anything; a payload begins in another folder, where a relative path leads elsewhere.
case ${TMPDIR-} in
/*) temporary=$TMPDIR ;;
*) temporary=/tmp ;;
esac

if [ -n "$directory" ]; then
    cd "$directory/records" 2>/dev/null || exit 81
    # The owner of a folder decides where its names lead, so from here on every path is relative to this checked
    # folder.
    { [ -O . ] && [ -O .. ] && [ -O ../nonce ] && [ -f ../nonce ] && [ ! -L ../nonce ]; } || exit 82
    { read -r found <../nonce; } 2>/dev/null
    [ "$found" = "$nonce" ] || exit 82
    # noclobber: never writes through a file or link that exists already.
    set -C
    # The first file tells the head node that the payload is being started. It uses true(1) and not ':', because a
    # failing redirection of a special builtin would end the shell with its own exit code.
    { true >"$out" && true >"$err"; } 2>/dev/null || {
        [ -e ".$node.$attempt.claim" ] && exit 85
        # A start that was cut off before it could claim the attempt left these files.
        { rm -f "$out" "$err" && true >"$out" && true >"$err"; } 2>/dev/null || exit 83
    }
    # Either the wrapper or the head node creates this file. If the wrapper does, the payload runs; if the head node
    # does, it never runs.
    { true >".$node.$attempt.claim"; } 2>/dev/null || {
        rm -f "$out" "$err"
        # If the file exists, the head node or an earlier start has claimed the attempt. If not, the folder is not
        # writable.
        [ -e ".$node.$attempt.claim" ] && exit 85
        exit 83
    }
    set +C
else
    # Without shared storage: the payload's output stays on the node until the record goes back on standard output. The
    # kernel makes each name, so nobody can guess it before the file is there, and noclobber makes the file: no process is
    # needed. From then on the files are reached through their descriptors: whoever may rename in that folder cannot
    # exchange them. With command(1), an exec that fails does not end the shell.
    unset SLURM_CONF
    # Before there is anything that would stay on the node.
    trap 'leave 143' TERM INT HUP USR1
    set -C
    for folder in "$temporary" /dev/shm; do
        { read -r out </proc/sys/kernel/random/uuid && read -r err </proc/sys/kernel/random/uuid; } 2>/dev/null || break
        litter="fleet.$out fleet.$err"
        { cd "$folder" && command exec 8>"fleet.$out" && command exec 9>"fleet.$err"; } 2>/dev/null && break
        # shellcheck disable=SC2086
        rm -f $litter 2>/dev/null
        litter=
    done
    set +C
    [ -n "$litter" ] || exit 83
    out=/proc/$$/fd/8
    err=/proc/$$/fd/9
    # In a group the node says which one it is: the order in which Slurm numbers its tasks is not relied on.
    printf 'fleet-begun/1 %s\n' "$nonce${grouped:+ $node}"
fi

# Sets hundredths to the uptime in hundredths of a second. /proc/uptime is monotonic and needs no process; its text
# without the dot is that number.
read_clock() {
    read -r uptime rest </proc/uptime
    uptime=${uptime%.*}${uptime#*.}
    hundredths=${uptime#"${uptime%%[!0]*}"}
}

elevate=
if [ "$wants_root" = 1 ] && [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then
    elevate='sudo -n'
fi

# Runs the payload as root through sudo: only root can end root's whole process group afterwards.
# shellcheck disable=SC2016
runner='
    grace=$1 limit=$2 group= told=
    trap "told=1; [ -z \"\$group\" ] || kill -TERM \"\$group\" 2>/dev/null" TERM INT HUP USR1
    umask 022
    cd "$3" 2>/dev/null || cd /
    shift 3
    timeout -k "$grace" "$limit" "$@" &
    group=$!
    # A TERM that arrived before the process number was known reached no process, so it is sent now.
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
# srun passes on USR1. On TERM it asks slurmctld to end the step, but slurmctld knows no step without an allocation.
trap 'leave 143' TERM INT HUP USR1
if stage >"$err"; then
    if [ -n "$stdin" ]; then stdin=$staging/$stdin; else stdin=/dev/null; fi
    # A TERM for the job (time limit, scancel) is passed on to the payload; this shell stays to write the record.
    trap 'ended=1; $elevate kill -TERM "$child" 2>/dev/null' TERM INT HUP USR1
    if [ -n "$elevate" ]; then
        $elevate sh -c "$runner" sh "$grace" "$limit" "$begin_in" "$@" >"$out" 2>"$err" <"$stdin" 8>&- 9>&- &
    else
        # timeout(1) makes itself the leader of a process group. It also restores INT and QUIT for the payload, which
        # a shell ignores in commands that it starts in the background.
        { umask 022; cd "$begin_in" 2>/dev/null || cd /; launch "$@"; } >"$out" 2>"$err" <"$stdin" 8>&- 9>&- &
    fi
    child=$!
    # A TERM that arrived before the child's number was known reached no process, so it is sent now.
    [ "$ended" = 0 ] || $elevate kill -TERM "$child" 2>/dev/null
    while :; do
        wait "$child"
        status=$?
        kill -0 "$child" 2>/dev/null || [ -d "/proc/$child" ] || break
    done
    # Ends what the payload left running in its process group.
    [ -n "$elevate" ] || kill -KILL "-$child" 2>/dev/null
    read_clock
    # timeout(1) exits with 124 after a TERM and with 137 after a KILL. A payload may exit with these too, but not
    # this late.
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
    set -- $(stat -L -c %s "$out" "$err")
    out_size=$1
    err_size=$2
fi
trailer() {
    printf 'fleet-record/1 run=%s node=%s nonce=%s job=%s status=%d timed_out=%d ended=%d setup=%d hundredths=%d stdout=%d stderr=%d\n' \
        "$run" "$node" "$nonce" "$job" "$status" "$timed_out" "$ended" "$setup" "$hundredths" "$out_size" "$err_size"
}
write_record() {
    { [ "$out_size" = 0 ] || head -c "$out_size" "$out"; } &&
        { [ "$err_size" = 0 ] || head -c "$err_size" "$err"; } && echo && trailer
}
if [ -n "$grouped" ]; then
    # The lines of all nodes of a group come back mixed. Slurm keeps a line whole up to 1,024 bytes.
    if [ $((out_size + err_size)) -gt "$grouped" ]; then
        printf 'fleet-large/1 %s\n' "$nonce"
        leave 0
    fi
    # What a child in a session of its own still writes makes a record that does not add up: the node is asked alone.
    {
        { [ "$out_size" = 0 ] || base64 -w 700 "$out"; } && { [ "$err_size" = 0 ] || base64 -w 700 "$err"; } &&
            trailer && printf 'fleet-sent/1 %s\n' "$nonce"
    } || leave 84
    leave 0
fi
if [ -z "$directory" ]; then
    write_record || leave 84
    leave 0
fi
set -C
if [ "$out_size$err_size" = 00 ]; then
    # The record is written in one write, so it needs no temporary name; the head node removes the empty stream files.
    write_record >"$node.$job" 2>/dev/null || leave 84
    leave 0
fi
{ write_record >"$whole" && mv -fT "$whole" "$node.$job"; } 2>/dev/null || leave 84
rm -f "$out" "$err"
leave 0
