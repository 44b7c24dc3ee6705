# Shared by check-mount and mount-lustre, and read before either. fleet sets: FLEET_MOUNT_POINT, FLEET_FS_TYPES (the
# types that count as Lustre), FLEET_SOURCE (empty: the fstab's). FLEET_ROOT: where proc, sys, etc and lib are, for
# tests. Every line of output is KEY=VALUE; the last one is end=1, and without it fleet does not trust the answer.
# Starting a process takes milliseconds, and a thousand nodes run this script: the shell reads by itself whatever it
# can.
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
root=${FLEET_ROOT-}
point=$FLEET_MOUNT_POINT
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT
# Some shells skip their EXIT trap when a signal ends them, so the signal calls exit.
trap 'exit 143' TERM INT HUP

tag=
say() { printf '%s%s=%s\n' "$tag" "$1" "$2"; }

# Joins the output of a tool into one line of limited length.
one_line() { tr '\n\t\r' '   ' | tr -s ' ' | cut -c 1-600; }

# Sets `kernel` to the release of the running kernel.
find_kernel() { kernel=$(uname -r); }

# Reads the entries of the kernel and of the fstab for the mount point; the program is in mount-survey.sh. The last
# entry for a path counts, because an automount trigger lies below the file system that it mounts. mountpoint(1) and
# stat(1) are not used: the first accepts a trigger, and the second may never return.
read_tables() {
    survey=$(awk -v points="$point" -v root="$root" "$survey_program" </dev/null)
    table_of "$point"
}

# Sets the variables of one mount point from `survey`.
table_of() {
    mount_type='' mount_source='' mount_options='' fstab_source='' fstab_type='' fstab_options=''
    here=
    while IFS= read -r line; do
        case $line in
        "mount=$1") here=1 ;;
        mount=*) here= ;;
        *)
            [ -n "$here" ] || continue
            value=${line#*=}
            case $line in
            mount_type=*) mount_type=$value ;;
            mount_source=*) mount_source=$value ;;
            mount_options=*) mount_options=$value ;;
            fstab_source=*) fstab_source=$value ;;
            fstab_type=*) fstab_type=$value ;;
            fstab_options=*) fstab_options=$value ;;
            esac
            ;;
        esac
    done <<SURVEY
$survey
SURVEY
}

# Looks first in the known places of the client module, which costs no process.
module_in_place() {
    modules=$root/lib/modules/$1
    for module_file in "$modules"/updates/kernel/fs/lustre/lustre.ko* "$modules"/updates/dkms/lustre.ko* \
        "$modules"/extra/lustre.ko* "$modules"/extra/*/fs/lustre.ko* "$modules"/weak-updates/*/fs/lustre.ko*; do
        [ -e "$module_file" ] && return 0
    done
    return 1
}
# module_installed [KERNEL]
module_installed() {
    module_in_place "${1:-$kernel}" || modinfo -k "${1:-$kernel}" -n lustre >/dev/null 2>&1 ||
        [ -n "$(find "$modules" -name 'lustre.ko*' 2>/dev/null | head -n 1)" ]
}
say_whether() {
    key=$1
    shift
    if "$@"; then say "$key" yes; else say "$key" no; fi
}
filesystem_registered() { grep -qw lustre "$root/proc/filesystems"; }

# The source that must be mounted at the point whose tables were read last.
expected_source() {
    if [ -n "$FLEET_SOURCE" ]; then
        printf '%s\n' "$FLEET_SOURCE"
    elif [ "$fstab_type" = lustre ]; then
        printf '%s\n' "$fstab_source"
    fi
}

# Sets `types` to the types that may be mounted at the point of table_of: those asked for; else the fstab's; else
# Lustre.
choose_types() {
    types=${FLEET_TYPES:-}
    if [ -z "$types" ]; then
        case $fstab_type in
        '' | lustre) types=$FLEET_FS_TYPES ;;
        *) types=$fstab_type ;;
        esac
    fi
    # nfs appears as nfs4 when the server speaks version 4, and Amazon's efs is nfs with another mount(8).
    case " $types " in *' efs '*) types="$types nfs" ;; esac
    case " $types " in *' nfs '*) types="$types nfs4" ;; esac
    # With these types the file system itself decides its type, and a bind mount has the type of its original.
    case " $types " in *' auto '* | *' none '*) types="$types any" ;; esac
}

type_is_right() {
    choose_types
    case " $types " in
    *" ${1:-none} "*) return 0 ;;
    *' any '*) [ "${1:-autofs}" != autofs ] ;;
    *) return 1 ;;
    esac
}

# Whether the right file system is mounted at the point, by the tables alone: the path itself is not accessed.
mounted_right() {
    read_tables
    type_is_right "$mount_type" || return 1
    compare_sources "${FLEET_SOURCE:-$fstab_source}" "$mount_source"
    [ "$matches" != no ]
}
