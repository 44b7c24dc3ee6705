# The mounts that are meant: those named; else every Lustre line of the node's fstab; else the usual mount point.
points=${FLEET_MOUNT_POINTS-}
if [ -z "$points" ]; then
    # The last line counts without its newline too: read(1) fails at it, and has it.
    while read -r source path type _ || [ -n "$source" ]; do
        case $source:$type in '#'*) continue ;; *:lustre) ;; *) continue ;; esac
        case " $points " in *" ${path%/} "*) ;; *) points="$points ${path%/}" ;; esac
    done 2>/dev/null <"$root/etc/fstab"
fi
set -f
# shellcheck disable=SC2086
set -- ${points:-$point}
set +f
report_mounts "$@"
say end 1
