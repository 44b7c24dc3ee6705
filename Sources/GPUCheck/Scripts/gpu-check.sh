# Collects what gpu-check needs from a node, and changes nothing on it. Each of its parts has its size, so that one
# that is cut is noticed, and has its own deadline, so that a hung nvidia-smi does not hold up the others.
# FLEET_TOOL_SECONDS: how long nvidia-smi may take. FLEET_ROOT: where proc, sys and dev are, for tests.
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

# file_part NAME EXIT ENCODING FILE
file_part() {
    parts=$((parts + 1))
    printf '@fleet part %s exit=%s encoding=%s size=%d\n' "$1" "$2" "$3" "$(wc -c <"$4")"
    cat "$4"
    printf '\n'
}

# Output goes to files, because a process that not even KILL ends (state D) would keep a pipe open for ever.
box=
trap '[ -z "$box" ] || rm -rf "$box"' EXIT
trap 'exit 143' TERM INT HUP
box=$(mktemp -d 2>/dev/null) || box=$(mktemp -d /dev/shm/fleet.XXXXXXXXXX 2>/dev/null) || {
    part collector 1 'no folder on the node for temporary files'
    exit 1
}

mkfifo "$box/smi.exit" "$box/nvlink.exit" "$box/devices.exit"

# begin NAME SECONDS COMMAND...: runs it in the background; its exit code arrives through a pipe when it has ended.
begin() {
    name=$1 seconds=$2
    shift 2
    {
        timeout --foreground -k 2 "$seconds" "$@" >"$box/$name.out" 2>"$box/$name.err" </dev/null
        printf '%s\n' "$?" >"$box/$name.exit"
    } &
    child=$!
}

# await NAME SECONDS: sets `status` to its exit code, or to `late` when it has not ended and is left running.
await() {
    status=$(timeout "$2" cat "$box/$1.exit")
    if [ -z "$status" ]; then
        status=late
        kill "$child" 2>/dev/null
    fi
}

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

# read_log COMMAND...: sets `log`; fails when the command fails or prints nothing.
read_log() {
    log=$({ timeout -k 1 5 "$@" 2>"$box/log.err" </dev/null || printf '\n@failed\n'; } | awk "$filter")
    case $log in
    *'@read '[1-9]*' whole') return 0 ;;
    esac
    [ -n "$why" ] || { read -r why <"$box/log.err"; } 2>/dev/null
    return 1
}

kernel_log() {
    why=
    # Messages that programs write to /dev/kmsg have another facility than the kernel's; busybox cannot filter them.
    if read_log dmesg --kernel || read_log dmesg -r || read_log dmesg; then
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

begin smi "$FLEET_TOOL_SECONDS" nvidia-smi -q -x
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

functions=$(timeout -k 1 5 lspci -D -n -d 10de: 2>/dev/null </dev/null) || functions=$(sysfs_functions)
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
await smi $((FLEET_TOOL_SECONDS + 3))
# Removes supported_clocks, more than half of the answer, which says nothing about health. An element on a single line
# (N/A) is removed first, because a sed range never ends on the line on which it begins.
strip() {
    sed -e '/<supported_clocks>.*<\/supported_clocks>/d' -e '/<supported_clocks>/,/<\/supported_clocks>/d' "$box/smi.out"
}
if command -v gzip >/dev/null 2>&1 && strip | gzip -c >"$box/smi.packed"; then
    file_part smi "$status" gzip "$box/smi.packed"
else
    strip >"$box/smi.plain"
    file_part smi "$status" plain "$box/smi.plain"
fi
[ ! -s "$box/smi.err" ] || file_part smi_errors 0 plain "$box/smi.err"

if [ "$status" != late ]; then
    names=$(grep -o -E '<gpu id=|<product_name>[^<]*' "$box/smi.out")
    listed=0 present=0
    while read -r line; do
        case $line in '<gpu id='*) listed=$((listed + 1)) ;; esac
    done <<NAMES
$names
NAMES
    while read -r line; do
        case $line in *' 03'??': 10de:'*) present=$((present + 1)) ;; esac
    done <<FUNCTIONS
$functions
FUNCTIONS
    # Boards whose GPUs are always linked; other boards answer that they have no NVLink.
    case $names in
    *SXM* | *H[128]00* | *H20* | *B[123]00* | *NVL*)
        begin nvlink 10 nvidia-smi nvlink -s
        await nvlink 13
        file_part nvlink "$status" plain "$box/nvlink.out"
        ;;
    esac
    if [ "$listed" != "$present" ]; then
        { devices >"$box/devices.out" 2>/dev/null; printf '%s\n' "$?" >"$box/devices.exit"; } &
        child=$!
        await devices 5
        file_part devices "$status" plain "$box/devices.out"
    fi
fi
printf '@fleet end %d\n' "$parts"
