# Accesses a mounted file system. It runs in a child, and reports each step before it begins the step.

doing() {
    clock
    began=$now
    say doing "$1"
}
took() {
    clock
    say "took_$1" "$((now - began))"
}

# touch_mount POINT KIND: runs in a child.
touch_mount() {
    point=$1
    say touching 1
    doing statfs
    # Blocks and inodes as df(1) counts them, and the magic number of the file system.
    if ! message=$(stat -f -c '%S %b %f %a %c %d %t' "$point" 2>&1); then
        message=$(printf '%s' "$message" | one_line)
        again=
        if may_pass "$2" "$message"; then
            say first_error "$message"
            sleep 1
            doing statfs
            message=$(stat -f -c '%S %b %f %a %c %d %t' "$point" 2>&1) && again=ok
        fi
        if [ -z "$again" ]; then
            say statfs_error "$(printf '%s' "$message" | one_line)"
            return
        fi
    fi
    say statfs "$message"
    clock
    spent=$((now - began))
    # A busy node starts every process late: the time that a read of /proc takes is not caused by the file system.
    if [ "$spent" -ge 200 ]; then
        began=$now
        stat -f /proc >/dev/null 2>&1
        clock
        spent=$((spent > now - began ? spent - now + began : 0))
    fi
    say took_statfs "$spent"
    osts=
    case "$partial " in *" $point "*) tell_part ;; esac
    if [ "$2" = lustre ] && command -v lfs >/dev/null 2>&1; then
        doing 'lfs df'
        report_osts
        took lfs_df
    fi
    for name in ${FLEET_EXPECT:-}; do
        look_into_folder "$name"
    done
    if [ "${FLEET_CANARY:-0}" = 1 ] && is_sampled; then
        out=$scratch/${tag%:}
        # shellcheck disable=SC2086
        try_targets ${osts:--}
    fi
    say touched 1
}

# Whether a folder of the file system is mounted or its root: a Lustre root has the inode number of FID
# [0x200000007:0x1:0x0].
tell_part() {
    doing root
    inode=$(stat -c %i "$point" 2>/dev/null)
    case $inode in
    144115188193296385) say mounted_part whole ;;
    '' | *[!0-9]*) say mounted_part unknown ;;
    *) say mounted_part folder ;;
    esac
}

# may_pass KIND MESSAGE: whether an error may be gone at a second look: the first access after an eviction fails, and
# tells the client that it was evicted.
may_pass() {
    case $1:$2 in
    lustre:*'Input/output error'* | lustre:*'transport endpoint'* | lustre:*'Transport endpoint'*) ;;
    *) return 1 ;;
    esac
}

# shellcheck disable=SC2016
osts_program='
    /\[OST:[0-9]+\]/ {
        number = $0
        sub(/.*\[OST:/, "", number)
        sub(/\].*/, "", number)
        if (++count <= 200 || ($3 > 4 * $4 && ++full <= 100)) printf "ost %s %s %s %s\n", number, $2, $3, $4
        else printf "more %s\n", number
        next
    }
    /OST[0-9a-f]+(_UUID)? *:/ && ++errors <= 20 { print "ost_error " substr($0, 1, 200) }'

# Sets `report` to the lines of osts_program.
read_osts() {
    answer=$(lfs df "$point" 2>&1)
    if [ ${#answer} -gt 4000 ] || ! read_few_osts; then report=$(printf '%s\n' "$answer" | awk "$osts_program"); fi
}
# The same without a process, for an answer of some lines; fails where a line about a target is not of the usual form.
read_few_osts() {
    report=
    while read -r ost size used available rest; do
        case $ost$size$used$available$rest in
        *OST*) ;;
        *) continue ;;
        esac
        number=${rest##*\[OST:}
        number=${number%%\]*}
        case $rest:$number in *'[OST:'*:*[!0-9]* | *'[OST:'*:) return 1 ;; *'[OST:'*']'*) ;; *) return 1 ;; esac
        report="${report}ost $number $size $used $available
"
    done <<ANSWER
$answer
ANSWER
}

# Prints ost=INDEX SIZE_KIB USED_KIB AVAILABLE_KIB per target (only the fuller ones when there are very many),
# ost_error=TEXT for a target without an answer, and osts_told=NUMBER, the number of these lines.
report_osts() {
    read_osts
    if may_pass lustre "$report"; then
        say first_error "lfs df: $(printf '%s' "${report#*ost_error }" | head -n 1)"
        sleep 1
        read_osts
    fi
    told=0
    while read -r kind line; do
        case $kind in
        ost | ost_error)
            say "$kind" "$line"
            told=$((told + 1))
            ;;
        esac
        case $kind in ost | more) osts="$osts ${line%% *}" ;; esac
    done <<REPORT
$report
REPORT
    say osts_told "$told"
}

# At most 64 entries are listed and no file is read: reading could fetch its data from an archive.
look_into_folder() {
    doing "readdir $1"
    if [ ! -d "$point/$1" ]; then
        if [ -e "$point/$1" ]; then say folder "$1 file"; else say folder "$1 missing"; fi
        return
    fi
    count=-2
    # shellcheck disable=SC2012
    while IFS= read -r line; do
        [ "$count" != -2 ] || message=$line
        count=$((count + 1))
    done <<ENTRIES
$(ls -f -- "$point/$1" 2>&1 | head -n 66)
ENTRIES
    case $message in
    'ls: '*) say folder "$1 unreadable $message" ;;
    *)
        clock
        say folder "$1 ok $count $((now - began))"
        ;;
    esac
}

# Whether this node writes: about one in FLEET_CANARY_SAMPLE nodes, always the same ones.
is_sampled() {
    [ "${FLEET_CANARY_SAMPLE:-1}" -gt 1 ] || return 0
    sum=$(printf '%s' "${SLURMD_NODENAME:-$(uname -n)}" | cksum)
    [ $((${sum%% *} % FLEET_CANARY_SAMPLE)) = 0 ] && return 0
    say canary 'skipped not in the sample'
    return 1
}

# try_targets INDEX...: after the first target, none is begun without the full time for an answer left: a trial that
# the end of the check cuts off says nothing about its target, and leaves its file behind.
try_targets() {
    tried=0
    for index; do
        clock
        [ "$tried" = 0 ] || [ $((deadline - now)) -ge $((FLEET_ANSWER_SECONDS * 1000)) ] || break
        doing "canary $index"
        canary "$index"
        tried=$((tried + 1))
    done
    [ "$tried" = $# ] || say canary_untried $(($# - tried))
    say canaries_wanted "$#"
}

# canary_file POINT INDEX: sets `file` to the path of the trial file; a check that gives up on a trial removes the
# file by this path.
canary_file() { file=$1/${FLEET_CANARY_DIR:+$FLEET_CANARY_DIR/}.fleet-canary.${SLURMD_NODENAME:-node}.$$.$2; }

# canary INDEX: writes a file of its own to the disks, reads it back and removes it. INDEX: the OST, or -.
canary() {
    canary_file "$point" "$1"
    pattern=$scratch/pattern
    [ -s "$pattern" ] || head -c 65536 /dev/urandom >"$pattern"
    clock
    began=$now
    if [ "$1" = - ]; then
        (set -C; true >"$file") 2>"$out.message"
    else
        lfs setstripe -i "$1" -c 1 "$file" 2>"$out.message"
    fi || {
        message=$(one_line <"$out.message")
        say canary "$1 create ${message##*: }"
        return
    }
    if ! dd if="$pattern" of="$file" bs=64k conv=notrunc,fsync 2>"$out.message"; then
        say canary "$1 write $(one_line <"$out.message")"
    else
        clock
        written=$((now - began))
        # Reads past the cache if the file system can do that: then the data comes from the servers.
        { dd if="$file" of="$out.back" bs=64k iflag=direct || dd if="$file" of="$out.back" bs=64k; } 2>"$out.message" ||
            : >"$out.back"
        if cmp -s "$pattern" "$out.back"; then
            clock
            say canary "$1 ok $written $((now - began - written))"
        else
            say canary "$1 read $(one_line <"$out.message")"
        fi
    fi
    rm -f "$file" 2>"$out.message" || say canary "$1 remove $(one_line <"$out.message")"
}
