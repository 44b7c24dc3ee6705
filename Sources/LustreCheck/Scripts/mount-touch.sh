# What touches a mounted file system; it runs in a child, and says before each step what it is about to do.

doing() {
    clock
    began=$now
    say doing "$1"
}
took() {
    clock
    say "took_$1" "$((now - began))"
}

# touch_mount POINT KIND: in a child.
touch_mount() {
    point=$1
    doing statfs
    # Blocks and inodes as df(1) has them, and the file system's own number.
    if ! message=$(stat -f -c '%S %b %f %a %c %d %t' "$point" 2>&1); then
        say statfs_error "$(printf '%s' "$message" | one_line)"
        return
    fi
    say statfs "$message"
    clock
    spent=$((now - began))
    # A busy node starts every process late: what a look at /proc takes is not the file system's.
    if [ "$spent" -ge 200 ]; then
        began=$now
        stat -f /proc >/dev/null 2>&1
        clock
        spent=$((spent > now - began ? spent - now + began : 0))
    fi
    say took_statfs "$spent"
    osts=
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

# Prints ost=INDEX SIZE_KIB USED_KIB AVAILABLE_KIB per target, of very many the fuller ones, and ost_error=TEXT for one
# that does not say.
report_osts() {
    report=$(lfs df "$point" 2>&1 | awk '
        /\[OST:[0-9]+\]/ {
            number = $0
            sub(/.*\[OST:/, "", number)
            sub(/\].*/, "", number)
            if (++count <= 200 || ($3 > 4 * $4 && ++full <= 100)) printf "ost %s %s %s %s\n", number, $2, $3, $4
            else printf "more %s\n", number
            next
        }
        /OST[0-9a-f]+(_UUID)? *:/ && ++errors <= 20 { print "ost_error " substr($0, 1, 200) }')
    while read -r kind line; do
        case $kind in
        ost) say ost "$line" ;;
        ost_error) say ost_error "$line" ;;
        esac
        case $kind in ost | more) osts="$osts ${line%% *}" ;; esac
    done <<REPORT
$report
REPORT
}

# At most 64 entries are read, and no file: its data may be elsewhere until somebody reads it.
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

# try_targets INDEX...: after the first, none is begun that would not have the whole time of an answer: what the end of the
# check cuts off says nothing about a target, and leaves its file behind.
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
}

# canary_file POINT INDEX: sets `file` to the trial's; the check that gives a trial up removes it by this name.
canary_file() { file=$1/${FLEET_CANARY_DIR:+$FLEET_CANARY_DIR/}.fleet-canary.${SLURMD_NODENAME:-node}.$$.$2; }

# canary INDEX: writes a file of its own, to the disk's other end, reads it back and removes it. INDEX: the OST, or -.
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
        # Past the cache where the file system can: what was read must have been on the servers.
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
