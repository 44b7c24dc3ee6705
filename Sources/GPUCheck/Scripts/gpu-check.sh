# Collects what gpu-check needs from a node, and changes nothing on it. Each of its parts has its size, so that one
# that is cut is noticed, and has its own deadline, so that a hung nvidia-smi does not hold up the others.
# A node that computes pays for each process, so there are few: sizes, lists and states are read by the shell itself.
# FLEET_TOOL_SECONDS: how long nvidia-smi may take. FLEET_SCRATCH: what temporary files begin with, where the caller has
# a folder for them and removes it. FLEET_ROOT: where proc, sys and dev are, for tests.
LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
root=${FLEET_ROOT-}
printf '@fleet gpu-check 2\n'

# part NAME EXIT TEXT: in the C locale the length of a text is its number of bytes. The last line says how many parts
# there are.
parts=0
part() {
    parts=$((parts + 1))
    printf '@fleet part %s exit=%s encoding=plain size=%d\n%s\n' "$1" "$2" "${#3}" "$3"
}

# written FD: sets `size` to how many bytes were written through a descriptor of this shell; its file position says so.
written() { read -r _ size <"/proc/self/fdinfo/$1"; }

# file_part NAME EXIT ENCODING FILE FD: a file that was written through the descriptor.
file_part() {
    parts=$((parts + 1))
    written "$5"
    printf '@fleet part %s exit=%s encoding=%s size=%d\n' "$1" "$2" "$3" "$size"
    [ "$size" = 0 ] || cat "$4"
    printf '\n'
}

# Output goes to files, because a process that not even KILL ends (state D) would keep a pipe open for ever.
box=
scratch=${FLEET_SCRATCH-}
trap '[ -z "$box" ] || rm -rf "$box"' EXIT
trap 'exit 143' TERM INT HUP
if [ -z "$scratch" ]; then
    box=$(mktemp -d 2>/dev/null) || box=$(mktemp -d /dev/shm/fleet.XXXXXXXXXX 2>/dev/null) || {
        part collector 1 'no folder on the node for temporary files'
        exit 1
    }
    scratch=$box/
fi

# begin SECONDS COMMAND...: runs it in the background; it writes through the descriptors 7 and 8.
begin() {
    timeout --foreground -k 2 "$@" >&7 2>&8 7>&- 8>&- </dev/null &
    child=$!
}

# await SECONDS: sets `status` to the exit code of what was begun, or to `late` when it has not ended and is left
# running. It is not waited for before it has ended: what not even KILL ends would be waited for for ever.
await() {
    timeout "$1" tail -s 0.05 --pid="$child" -f /dev/null >/dev/null 2>&1
    # 124: the time is over. A tail(1) that cannot wait for a process has ended at once, with another code.
    left=$(($? == 124 ? 0 : $1 * 5))
    until has_ended || [ "$left" = 0 ]; do
        sleep 0.2
        left=$((left - 1))
    done
    if has_ended; then
        wait "$child"
        status=$?
    else
        status=late
        kill "$child" 2>/dev/null
    fi
}

# The shell has waited for tail(1), and so has heard of every child that ended before.
has_ended() { ! kill -0 "$child" 2>/dev/null; }

# What the kernel knows about NVIDIA's devices, for nodes without lspci. Only the configuration space itself shows
# whether a device still answers.
sysfs_functions() {
    for device in "$root"/sys/bus/pci/devices/*; do
        { read -r vendor <"$device/vendor"; } 2>/dev/null || continue
        [ "$vendor" = 0x10de ] || continue
        read -r class <"$device/class"
        read -r id <"$device/device"
        class=${class#0x}
        revision=00
        case $(od -An -tx1 -N4 "$device/config" 2>/dev/null) in *ff*ff*ff*ff*) revision=ff ;; esac
        printf '%s %s: 10de:%s (rev %s)\n' "${device##*/}" "${class%??}" "${id#0x}" "$revision"
    done
}

# The driver's messages, recognised by how they begin: a program can put words into the log, but not at the beginning
# of a message. Messages that decide a verdict are kept; of equal ones the first and the last, with their number. The
# driver's other messages are only counted. KernelGrammar.swift reads the same forms.
# shellcheck disable=SC2016
filter='
    # Removes the prefix of a message (dmesg in all its forms, journalctl, syslog); sets prefixed, foreign.
    function message(s) {
        prefixed = foreign = 0
        when = ""
        if (match(s, /^<[0-9]+>/)) {
            foreign = substr(s, 2) + 0 >= 8
            s = cut(s)
        }
        if (match(s, /^[a-z0-9]+ *:[a-z]+ *: /)) {
            if (s !~ /^kern[ :]/) foreign = 1
            s = cut(s)
        }
        s = brackets(s)
        if (match(s, /^[A-Z][a-z][a-z] +[0-9]+ [0-9]+:[0-9:.]+ +/) || match(s, /^[0-9]+-[0-9]+-[0-9]+[T ][0-9:.,]+[-+0-9:Z]* +/) ||
            match(s, /^[A-Z][a-z][a-z] [0-9]+-[0-9]+-[0-9]+ [0-9:.]+ [^ ]+ +/) || match(s, /^[0-9]+\.[0-9]+ +/)) s = cut(s)
        if (prefixed && match(s, /^([A-Za-z0-9._-]+ ([a-z]+\.[a-z]+ )?)?kernel: */)) {
            if (s ~ /^[^ ]+ [a-z]+\.[a-z]+ kernel:/ && s !~ /^[^ ]+ kern\./) foreign = 1
            s = brackets(cut(s))
        }
        return s
    }
    function cut(s) {
        prefixed = 1
        return substr(s, RLENGTH + 1)
    }
    function brackets(s, n) {
        while (n++ < 3 && match(s, /^\[+( *[-+0-9.<> ]+| *[TC] *[0-9]+|[A-Z][a-z][a-z] ?[0-9A-Z][^]]*)\]+ */)) {
            if (when == "" && match(s, /^\[+ *[0-9]+\.[0-9]+/)) {
                when = substr(s, 1, RLENGTH)
                gsub(/[[ ]/, "", when)
            }
            match(s, /^\[+[^]]*\]+ */)
            s = cut(s)
        }
        return s
    }

    # The parts of a numbered message that give its severity and identity; nothing that a program can choose.
    function numbered(m, head, rest, key) {
        if (!match(m, /^[^(]*\([^)]*\)/)) return m
        head = substr(m, 1, RLENGTH)
        rest = substr(m, RLENGTH + 1)
        if (!match(rest, /: *[0-9]+(,|$)/)) return head "?"
        key = head substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (rest ~ /[Nn]on-?fatal/) key = key " nonfatal"
        gsub(/[Nn]on-?fatal/, "", rest)
        if (rest ~ /[Ff]atal/) key = key " fatal"
        if (head ~ /SXid/) {
            if (match(rest, /^ *(Severity [0-9]+|Data)/)) key = key substr(rest, RSTART, RLENGTH)
        } else if (key ~ /: *45,?$/) {
            if (match(rest, /caused by previous Xid [0-9]+/)) key = key substr(rest, RSTART, RLENGTH)
        } else if (key ~ /: *154,?$/) key = key rest
        return key
    }

    # A key that is equal for equal messages; empty for an unimportant message.
    function name(m, key, place) {
        # The place is longer than the name of a program can be, or the number follows at once.
        if (m ~ /^NVRM: Xid \((PCI:)?[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]+:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F][^)]*\):/ ||
            m ~ /^NVRM: Xid \([PCI0-9a-fA-F:.]*\): *[0-9]+(,|$)/ || m ~ /^nvidia-nvswitch[0-9]+: SXid \([^)]*\):/) return "n" numbered(m)
        if (m ~ /^nvidia-nvlink: Nvlink Core is being/) return "r"
        if (m ~ /^NVRM: loading NVIDIA /) return "l"
        if (m !~ /^NVRM: (GPU (at )?(PCI:)?)?[0-9a-fA-F]+:[0-9a-fA-F:.]+:? *(GPU has|has) fallen off/ &&
            m !~ /^NVRM: (GPU )?[0-9a-fA-F]+:[0-9a-fA-F:.]+ (RmInitAdapter failed|rm_init_adapter failed|is already bound|.*RmInitAdapter!?$)/ &&
            m !~ /^NVRM: (The NVIDIA v?GPU|The NVIDIA probe routine|\(PCI ID:|installed in this|fallen off the bus|open nvidia\.ko|NVIDIA [0-9])/ &&
            m !~ /^NVRM: (This PCI I\/O region|BAR[0-9]|RmInitAdapter: |No NVIDIA |None of the NVIDIA )/ &&
            m !~ /^NVRM: (GPU[0-9]+ )?[A-Za-z0-9_]+: (unexpected WPR2 already up|failed to execute Booter Unload: WPR2|uvm encountered global fatal)/ &&
            m !~ /^NVRM: (GPU[0-9]+ )?nv(Assert|Check)[A-Za-z0-9_]*: .*\[NV_ERR_(RESET_REQUIRED|GPU_IS_LOST)\]/) return ""
        key = m
        place = ""
        if (match(key, /[0-9a-fA-F]+:[0-9a-fA-F][0-9a-fA-F]:[0-9a-fA-F][0-9a-fA-F]/)) place = substr(key, RSTART, RLENGTH)
        gsub(/[0-9a-fA-F]+/, "#", key)
        return "f" place " " key
    }

    # Prints the record that was read, or counts it; its further lines are joined to the first.
    function flush(key) {
        if (record == "") return
        key = name(text)
        if (key == "") {
            if (text != "") other++
        } else if (key in seen) {
            # The latest time decides, and not the order of the lines.
            if (!(key in again) || began + 0 >= latest[key] + 0) {
                again[key] = substr(record, 1, 1000)
                latest[key] = began
            }
            seen[key]++
        } else if (substr(key, 1, 1) == "f" ? faults < 500 : numbers < 4000) {
            if (substr(key, 1, 1) == "f") faults++
            else numbers++
            seen[key] = 0
            print substr(record, 1, 1000)
        } else lost++
        record = text = ""
    }

    /^@failed$/ { failed = 1; next }
    {
        count++
        m = message($0)
        if (prefixed) prefixes = 1
        else if (prefixes || $0 ~ /^[ \t]/) {
            # A line without a prefix belongs to the record before it.
            if (text != "") {
                sub(/^[ \t]+/, "", m)
                sub(/^NVRM: */, "", m)
                record = record " " m
                text = text " " m
            }
            next
        }
        if (foreign || m !~ /^(NVRM: |nvidia-nvlink: |nvidia-nvswitch[0-9]+: )/) {
            flush()
            next
        }
        flush()
        record = $0
        text = m
        began = when
    }
    END {
        flush()
        for (key in again) printf "@again %d %s\n", seen[key], again[key]
        if (other) printf "@left other %d\n", other
        if (lost) printf "@left events %d\n", lost
        printf "@read %d %s\n", count, failed ? "failed" : "whole"
    }'

# judge_log: sets `log` to what is in the file of read_log; fails when that is nothing, or not whole.
judge_log() {
    log=$(awk "$filter" "${scratch}log")
    case $log in
    *'@read '[1-9]*' whole') return 0 ;;
    esac
    [ -n "$why" ] || { read -r why <"${scratch}log.err"; } 2>/dev/null
    return 1
}

# read_log COMMAND...: sets `log`; fails when the command fails or prints nothing.
read_log() {
    timeout -k 1 5 "$@" >"${scratch}log" 2>"${scratch}log.err" </dev/null || printf '\n@failed\n' >>"${scratch}log"
    judge_log
}

# Messages that programs write to /dev/kmsg have another facility than the kernel's; busybox cannot filter them.
# shellcheck disable=SC2016
first_look='
    lspci -D -n -d 10de: >"$1pci" 2>/dev/null && printf whole >"$1pci.whole"
    exec dmesg --kernel >"$1log" 2>"$1log.err"'

# look: sets `functions` to NVIDIA's devices, and `log`. The same deadline holds for the two programs, which take some
# milliseconds; where one of them uses it up, the log is read again, by itself.
look() {
    why=
    timeout -k 1 5 /bin/sh -c "$first_look" look "$scratch" 2>/dev/null </dev/null || printf '\n@failed\n' >>"${scratch}log"
    functions=
    if [ -s "${scratch}pci.whole" ]; then
        while read -r line; do functions="$functions${functions:+
}$line"; done <"${scratch}pci"
    else
        functions=$(sysfs_functions)
    fi
}

kernel_log() {
    if judge_log || read_log dmesg --kernel || read_log dmesg -r || read_log dmesg; then
        part kernel 0 "dmesg
$log"
    elif read_log journalctl -q -k -b -o short-monotonic --no-pager SYSLOG_FACILITY=0; then
        part kernel 0 "journalctl
$log"
    elif command -v sudo >/dev/null 2>&1 && { read_log sudo -n dmesg --kernel || read_log sudo -n dmesg; }; then
        part kernel 0 "sudo dmesg
$log"
    else
        restrict=
        { read -r restrict <"$root/proc/sys/kernel/dmesg_restrict"; } 2>/dev/null
        part kernel 1 "${why:-it is empty} (kernel.dmesg_restrict=${restrict:-?})"
    fi
}

# Which device files the caller may open: Slurm closes those of GPUs that the job does not hold.
devices() {
    for information in "$root"/proc/driver/nvidia/gpus/*/information; do
        [ -r "$information" ] || continue
        minor=
        while IFS=: read -r key value; do
            case $key in 'Device Minor') minor=${value##*[!0-9]} ;; esac
        done <"$information"
        address=${information%/information}
        # true(1) and not ':', because a failing redirection of a special builtin would end the shell.
        message=$({ true <"$root/dev/nvidia$minor"; } 2>&1) && message=open
        printf '%s %s\n' "${address##*/}" "${message##*: }"
    done
}

exec 7>"${scratch}smi" 8>"${scratch}smi.err"
begin "$FLEET_TOOL_SECONDS" nvidia-smi -q -x
smi=$child

boot='' uptime=''
{ read -r boot <"$root/proc/sys/kernel/random/boot_id"; } 2>/dev/null
{ read -r uptime idle <"$root/proc/uptime"; } 2>/dev/null
part host 0 "boot_id=$boot
uptime=$uptime"

version=
{ read -r version <"$root/proc/driver/nvidia/version"; } 2>/dev/null ||
    { read -r version <"$root/sys/module/nvidia/version"; } 2>/dev/null
part driver 0 "$version"

look
part pci 0 "$functions"
# GPUs of other vendors, when the node has none of NVIDIA's: classes 03 (display) and 12 (accelerator).
case $functions in
*' 03'??': 10de:'*) ;;
*)
    others=$(timeout -k 1 5 lspci -D -n 2>/dev/null </dev/null | grep -E '^[^ ]+ (03|12)[0-9a-f]+: (1002|1da3|8086):')
    [ -z "$others" ] || part others 0 "$others"
    ;;
esac
case $functions in
*' 0680: 10de:'*)
    state=$(timeout -k 1 5 systemctl is-active nvidia-fabricmanager 2>&1 </dev/null)
    part fabric_manager $? "$state"
    ;;
esac
kernel_log

child=$smi
await $((FLEET_TOOL_SECONDS + 3))
# Removes supported_clocks, more than half of the answer, which says nothing about health, and keeps the lines that name
# a GPU or its product in a file of their own. An element on a single line (N/A) is removed first, because a sed range
# never ends on the line on which it begins.
set -- -e '/<supported_clocks>.*<\/supported_clocks>/d' -e '/<supported_clocks>/,/<\/supported_clocks>/d' \
    -e '/<gpu id=/b keep' -e '/<product_name>/!b' -e ':keep' -e "w ${scratch}names" "${scratch}smi"
exec 9>"${scratch}smi.sent"
if command -v gzip >/dev/null 2>&1; then
    encoding=gzip
    sed "$@" | gzip -c >&9
else
    encoding=plain
    sed "$@" >&9
fi
file_part smi "$status" "$encoding" "${scratch}smi.sent" 9
written 8
[ "$size" = 0 ] || file_part smi_errors 0 plain "${scratch}smi.err" 8

if [ "$status" != late ]; then
    listed=0 present=0 names=
    while read -r line; do
        rest=$line
        while [ "$rest" != "${rest#*<gpu id=}" ]; do
            rest=${rest#*<gpu id=}
            listed=$((listed + 1))
        done
        rest=$line
        while [ "$rest" != "${rest#*<product_name>}" ]; do
            rest=${rest#*<product_name>}
            names="$names ${rest%%<*}"
        done
    done <"${scratch}names"
    while read -r line; do
        case $line in *' 03'??': 10de:'*) present=$((present + 1)) ;; esac
    done <<FUNCTIONS
$functions
FUNCTIONS
    # Boards whose GPUs are always linked; other boards answer that they have no NVLink.
    case $names in
    *SXM* | *H[128]00* | *H20* | *B[123]00* | *NVL*)
        exec 7>"${scratch}nvlink" 8>/dev/null
        begin 10 nvidia-smi nvlink -s
        await 13
        file_part nvlink "$status" plain "${scratch}nvlink" 7
        ;;
    esac
    if [ "$listed" != "$present" ]; then
        exec 7>"${scratch}devices"
        devices >&7 2>/dev/null &
        child=$!
        await 5
        file_part devices "$status" plain "${scratch}devices" 7
    fi
fi
printf '@fleet end %d\n' "$parts"
