# Runs the parts of a health check side by side, each under a deadline of its own, and sends home what each of them wrote,
# framed with its size: nothing that a part writes can pass for another part's answer, and one that hangs costs its own.
# Arguments: a number, and so many scripts; then for each part its seconds, whether it wants root (1, 0), what it is for
# (always, gpus), the number of its script, a number, and so many variables.
# A node that computes pays for each process, so there are few. A part finds in FLEET_SCRATCH what its temporary files
# are to begin with; they are removed at the end.
# FLEET_PART_BYTES: what is kept of one stream of a part. FLEET_ROOT: where sys and proc are, for tests.
root=${FLEET_ROOT-}
printf '@fleet health 1\n'

box=
children=
trap '[ -z "$box" ] || rm -rf "$box"' EXIT
# What stands in a process group of its own has not heard the signal; timeout(1) passes it on.
trap '[ -z "$children" ] || kill $children 2>/dev/null; send; exit 143' TERM INT HUP
box=$(mktemp -d 2>/dev/null) || box=$(mktemp -d /dev/shm/fleet.XXXXXXXXXX 2>/dev/null) || {
    printf '@fleet fault no folder on the node for temporary files\n@fleet end 0\n'
    exit 1
}

# Whether the node shows a GPU of NVIDIA's: a tool of theirs alone is no GPU, some images have it everywhere.
has_gpus() {
    for device in "$root"/sys/bus/pci/devices/*; do
        { read -r vendor <"$device/vendor" && read -r class <"$device/class"; } 2>/dev/null || continue
        case $vendor:$class in 0x10de:0x03*) return 0 ;; esac
    done
    for device in "$root"/proc/driver/nvidia/gpus/*; do
        [ -e "$device" ] && return 0
    done
    # Last, since it costs processes.
    case $(timeout -k 1 5 lspci -D -n -d 10de: 2>/dev/null </dev/null) in
    *' 03'??': 10de:'*) return 0 ;;
    esac
    return 1
}

# Whether root runs this: the second number of Uid is the effective user, as id -u says it.
is_root() {
    while read -r key _ user _; do
        [ "$key" != Uid: ] || { [ "$user" = 0 ]; return; }
    done </proc/self/status
    return 1
}

# Sets hundredths of a second, from a clock that nobody sets.
read_clock() {
    read -r uptime rest </proc/uptime
    uptime=${uptime%.*}${uptime#*.}
    hundredths=${uptime#"${uptime%%[!0]*}"}
}

elevate=
if ! is_root && sudo -n true 2>/dev/null; then elevate=yes; fi

# send: sends home what the parts have written that have ended: the first `ended` ones. The sizes of all files are read
# by one process, and printed by another; only a part whose streams are too long needs some of its own.
ended=0
send() {
    [ "$ended" != 0 ] || return 0
    set --
    part=0
    while [ "$part" -lt "$ended" ]; do
        part=$((part + 1))
        set -- "$@" "$box/$part.out" "$box/$part.err"
    done
    # shellcheck disable=SC2046
    set -- $(stat -c %s "$@")
    list=
    part=0
    while [ "$part" -lt "$ended" ]; do
        part=$((part + 1))
        out_size=${1:-0} err_size=${2:-0} whole=yes
        [ $# -lt 2 ] || shift 2
        if [ "$out_size" -gt "$FLEET_PART_BYTES" ]; then
            out_size=$FLEET_PART_BYTES whole=no
            cut "$part.out" "$out_size"
        fi
        if [ "$err_size" -gt 4096 ]; then
            err_size=4096
            cut "$part.err" "$err_size"
        fi
        eval "head=\$head_$part"
        printf '@fleet part %s %s whole=%s stdout=%s stderr=%s\n' "$part" "$head" "$whole" "$out_size" "$err_size" >"$box/$part.head"
        list="$list $part.head $part.out $part.err end"
    done
    printf '\n' >"$box/end"
    # shellcheck disable=SC2086
    (cd "$box" && exec cat $list)
    ended=0
}

# cut FILE SIZE: keeps its beginning.
cut() { head -c "$2" "$box/$1" >"$box/cut" && mv -f "$box/cut" "$box/$1"; }

# begin VARIABLE... REST...: starts a part with the first `left` words, and sets `child`.
begin() {
    rest=$(($# - left))
    while [ "$left" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        left=$((left - 1))
    done
    shift "$rest"
    # timeout(1) becomes the leader of a process group, and ends with it: also where a process in it can no more be ended.
    set -- timeout -k 2 "$seconds" env "FLEET_SCRATCH=$box/$number." "$@" /bin/sh -c "$script" fleet
    [ "$wants_root$elevate" != 1yes ] || set -- sudo -n "$@"
    "$@" >"$box/$number.out" 2>"$box/$number.err" </dev/null &
    child=$!
}

count=$1
shift
number=0
while [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    eval "script_$number=\$1"
    shift
done

read_clock
began=$hundredths
number=0
seen=-
while [ $# -gt 0 ]; do
    seconds=$1 wants_root=$2 need=$3 which=$4 left=$5
    shift 5
    words=$left
    number=$((number + 1))
    eval "script=\$script_$which"
    begin "$@"
    children="$children $child"
    shift "$words"
    eval "child_$number=$child seconds_$number=$seconds need_$number=$need"
    if [ "$need:$seen" = gpus:- ]; then
        seen=no
        ! has_gpus || seen=yes
    fi
done

parts=$number
number=0
while [ "$number" -lt "$parts" ]; do
    number=$((number + 1))
    # shellcheck disable=SC1083
    eval "child=\$child_$number seconds=\$seconds_$number need=\$need_$number"
    while :; do
        wait "$child"
        status=$?
        kill -0 "$child" 2>/dev/null || break
    done
    read_clock
    late=no
    # 124 is what timeout(1) says after a TERM, 137 after a KILL; a part may say so too, but not this late.
    case $status in
    124 | 137) [ $((hundredths - began)) -lt $((seconds * 100 - 5)) ] || late=yes ;;
    esac
    applies=yes
    [ "$need" != gpus ] || applies=$seen
    eval "head_$number=\"exit=\$status late=\$late hundredths=\$((hundredths - began)) applies=\$applies\""
    ended=$number
done
send
printf '@fleet end %s\n' "$parts"
