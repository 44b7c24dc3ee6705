# Prints KEY=VALUE lines from /proc/meminfo and the memory controllers' counters.
awk '
    { value[$1] = $2 }
    END {
        if (value["MemTotal:"] == 0) exit 1
        # Whole GiB: kernels of one release reserve a few MiB more or less.
        printf "total_gib=%d\n", value["MemTotal:"] / 1048576 + 0.5
        printf "available_percent=%d\n", value["MemAvailable:"] * 100 / value["MemTotal:"]
        printf "swap_gib=%d\n", value["SwapTotal:"] / 1048576 + 0.5
        printf "huge_pages=%d\n", value["HugePages_Total:"]
    }' /proc/meminfo || exit 1
# count NAME FIELD: the sum over all controllers; nothing where the kernel has no driver for them.
count() {
    found=
    sum=0
    for file in /sys/devices/system/edac/mc/mc*/"$1"; do
        [ -r "$file" ] || continue
        read -r number <"$file" || continue
        found=1
        sum=$((sum + number))
    done
    [ -z "$found" ] || printf '%s=%s\n' "$2" "$sum"
}
count ue_count ecc_uncorrected
count ce_count ecc_corrected
