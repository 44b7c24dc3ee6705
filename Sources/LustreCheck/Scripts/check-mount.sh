# Which mounts to check: those named by fleet; else every Lustre line of the node's fstab; else the usual mount point.
# FLEET_FSTAB_TYPES: lines of these types, and then no usual mount point. What is mounted on demand is left alone.
points=${FLEET_MOUNT_POINTS-}
if [ -z "$points" ]; then
    # A last line without a newline counts too: read(1) then fails, but has set the variables.
    while read -r source path type choices _ || [ -n "$source" ]; do
        case $source in '#'* | '') continue ;; esac
        case " ${FLEET_FSTAB_TYPES:-lustre} " in *" ${type:-none} "*) ;; *) continue ;; esac
        case $type:,$choices, in lustre:*) ;; *,noauto,* | *,x-systemd.automount,*) continue ;; esac
        case " $points " in *" ${path%/} "*) ;; *) points="$points ${path%/}" ;; esac
    done 2>/dev/null <"$root/etc/fstab"
fi
if [ -z "$points" ] && [ -n "${FLEET_FSTAB_TYPES-}" ]; then
    say applies no
    say end 1
    exit 0
fi
find_kernel
set -f
# shellcheck disable=SC2086
set -- ${points:-$point}
set +f
report_mounts "$@"
say end 1
