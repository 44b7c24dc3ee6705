# Looks around on a node and prints KEY=VALUE lines. Changes nothing, needs no root, and never touches a mount: one
# whose server is gone would hang it. What mounts there are is read from the kernel's table alone.

# Runs a tool that may hang, for a few seconds at most.
ask() {
    timeout -k 1 5 "$@" 2>/dev/null
}

# mounted PATH: type and source of what is mounted there last, or nothing.
mounted() {
    awk -v path="$1" '$5 == path {
        for (i = 7; i <= NF; i++) if ($i == "-") { found = $(i + 1) " " $(i + 2); break }
    } END { if (found != "") print found }' /proc/self/mountinfo
}

# in_fstab PATH: whether fstab has an entry for the path.
in_fstab() {
    awk -v path="$1" '$1 !~ /^#/ && $2 == path { found = 1 } END { exit !found }' /etc/fstab 2>/dev/null
}

kernel=$(uname -r)
os=$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /etc/os-release 2>/dev/null)
printf 'os=%s\nkernel=%s\n' "${os:-unknown}" "$kernel"

# The module for the kernel that runs: after a kernel update the package is mostly there, for the old one.
module=$(ask modinfo -k "$kernel" -F version lustre)
[ -n "$module" ] || ! ask modinfo -k "$kernel" lustre >/dev/null || module=installed
printf 'lustre_module=%s\n' "${module:-none}"

mount=$(mounted /lustre)
if [ -n "$mount" ] && [ "${mount%% *}" != autofs ]; then
    state=mounted
elif in_fstab /lustre; then
    state='not mounted'
    [ -n "$module" ] || state="not mounted: no client module"
else
    state='not in fstab'
fi
case $mount in '' | autofs\ *) source=none ;; *) source=${mount#* } ;; esac
printf 'lustre=%s\nlustre_source=%s\n' "$state" "$source"

mount=$(mounted /fsx)
if [ -n "$mount" ]; then
    printf 'fsx=mounted\nfsx_source=%s\n' "${mount#* }"
elif in_fstab /fsx; then
    printf 'fsx=not mounted\nfsx_source=none\n'
else
    printf 'fsx=not in fstab\nfsx_source=none\n'
fi

enroot=none
if command -v enroot >/dev/null 2>&1; then enroot=$(ask enroot version || echo broken); fi
printf 'enroot=%s\n' "$enroot"

# By driver: EFA devices are called efa_0, rdmap0s31 or otherwise, by release.
efa=0
for device in /sys/class/infiniband/*; do
    driver=$(readlink "$device/device/driver" 2>/dev/null)
    [ "${driver##*/}" != efa ] || efa=$((efa + 1))
done
printf 'efa_devices=%s\n' "$efa"

driver=none
if [ -r /proc/driver/nvidia/version ]; then
    driver=$(sed -n 's/^NVRM version:.*  \([0-9][0-9.]*\)  .*/\1/p' /proc/driver/nvidia/version)
fi
printf 'nvidia_driver=%s\n' "${driver:-unknown}"

# The offset as chrony has it, in milliseconds without a sign; systemd's timesyncd says only whether it is in step.
offset=$(ask chronyc -c tracking | awk -F, 'NF > 4 { o = $5 * 1000; if (o < 0) o = -o; printf "%.3f", o }')
if [ -n "$offset" ]; then
    printf 'clock=chrony\nclock_offset_ms=%s\n' "$offset"
else
    case $(ask timedatectl show -p NTPSynchronized --value) in
    yes) printf 'clock=synchronised\n' ;;
    no) printf 'clock=not synchronised\n' ;;
    *) printf 'clock=unknown\n' ;;
    esac
fi
