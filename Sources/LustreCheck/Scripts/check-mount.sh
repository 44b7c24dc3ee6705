# Which mounts to check: those named by fleet; else every Lustre line of the node's fstab; else the usual mount point.
points=${FLEET_MOUNT_POINTS-}
if [ -z "$points" ]; then
    # A last line without a newline counts too: read(1) then fails, but has set the variables.
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
