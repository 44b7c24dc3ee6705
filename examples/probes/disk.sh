# Prints a row for each local file system, from the kernel's mount table; only these are asked for their figures.
printf 'mount type mode size_mib used_percent inodes_percent\n'
awk '{
    for (i = 7; i <= NF; i++) if ($i == "-") { type = $(i + 1); super = $(i + 3); break }
    # The mode of the file system itself: a folder that is bound read-only on purpose is none. Each device once.
    split(super, options, ",")
    if ($3 in seen) next
    if (type ~ /^(ext[234]|xfs|btrfs|zfs)$/ || (type == "overlay" && $5 == "/")) {
        seen[$3] = 1
        print $5, type, options[1]
    }
}' /proc/self/mountinfo | sort -u -k1,1 | while read -r mount type mode; do
    # The table writes blanks as \040; printf %b wants \0040.
    path=$(printf '%b' "$(printf '%s' "$mount" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')")
    [ -d "$path" ] || continue
    space=$(timeout -k 1 5 df -Pm -- "$path" 2>/dev/null | awk 'END { sub(/%/, "", $5); print $2, $5 }')
    inodes=$(timeout -k 1 5 df -Pi -- "$path" 2>/dev/null | awk 'END { sub(/%/, "", $5); print $5 }')
    # File systems that make inodes as they are needed say "-".
    case $inodes in '' | -) inodes=0 ;; esac
    printf '%s %s %s %s %s\n' "$mount" "$type" "$mode" "${space:-unknown unknown}" "$inodes"
done
