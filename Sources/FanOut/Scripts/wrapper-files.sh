# Puts a run's files in their places on a node. The function fleet_file is defined before this text, and stage after
# it. A destination folder may belong to anybody: its owner can change at any moment where a name in it leads.
# shellcheck disable=SC2317

# Staged files lie in a folder of their own on a file system that allows execution: /tmp may be mounted noexec.
make_staging() {
    for folder in "$temporary" /var/tmp /dev/shm /run; do
        staging=$(mktemp -d "$folder/fleet.XXXXXXXXXX" 2>/dev/null) || continue
        if can_execute "$staging/probe"; then return; fi
        rm -rf "$staging"
    done
    staging=
    printf 'no folder on this node where a script can be stored and executed\n'
    return 1
}

can_execute() {
    printf '#!/bin/sh\n' >"$1" && chmod 700 "$1" && "$1" && rm -f "$1"
} 2>/dev/null

# carry NAME SHA256 MODE TARGET: writes one of the run's files to a name in the current folder, whole or not at all.
# The file is opened once, as a new file with a name that nobody can guess; it is written, summed and given its mode
# through that one descriptor.
carry() {
    read -r new </proc/sys/kernel/random/uuid || return
    new=.fleet-$new
    set -C
    exec 7>"$new" || return
    set +C
    if fleet_file "$1" >&7 && sum=$(sha256sum </proc/self/fd/7); then
        if [ "${sum%% *}" = "$2" ]; then
            if chmod "$3" /proc/self/fd/7 && mv -fT "./$new" "./$4"; then
                # In a folder of another user, that user may have replaced the file in the meantime. dash, bash and
                # busybox have -ef.
                # shellcheck disable=SC3013
                [ "./$4" -ef /proc/self/fd/7 ] && return
                # On storage that nodes share, another node may have made the same copy already, and that copy is as
                # good.
                if [ -z "${loose-}" ] && [ -O "./$4" ] && [ -f "./$4" ]; then
                    sum=$(sha256sum <"./$4") && [ "${sum%% *}" = "$2" ] && return
                fi
                printf '%s was replaced while it was put in place\n' "$4"
                return 1
            fi
        else
            printf '%s arrived damaged: its checksum is %s\n' "$1" "${sum%% *}"
        fi
    fi
    rm -f "./$new"
    return 1
}

# fetch NAME SHA256 MODE TARGET: copies one of the run's files to a path in a folder that the wrapper itself made.
fetch() {
    message=$({ cd "${4%/*}" && carry "$1" "$2" "$3" "${4##*/}"; } 2>&1) || {
        # Prints the message without the shell's own name and line number.
        printf '%s\n' "${message#*: [0-9]*: }"
        return 1
    }
}

# look: sets loose to the reason why links in this folder are not followed (empty when only root and the caller can
# make links in it), and self to the folder's device and inode.
look() {
    # shellcheck disable=SC2046
    set -- $(stat -c '%u %A %d:%i' .)
    self=$3
    loose=
    case $1 in
    0 | "$user") ;;
    *) loose="of user $1" ;;
    esac
    case $2 in
    ????????w*) loose='that anybody may write to' ;;
    # A user's own group may contain only that user, but root's group may have other members.
    ?????w*) [ "$user" != 0 ] || loose='that its group may write to' ;;
    esac
}

# enter PATH BASENAME: goes to the folder in which a path ends, one part at a time, and sets target to the name in it.
# When the path itself is a folder, the file keeps its own name. A link that another user may have made is refused.
enter() {
    rest=$1 own=$2 hops=0 shown=
    cd / || return
    while look; do
        while [ "${rest#/}" != "$rest" ]; do rest=${rest#/}; done
        if [ -z "$rest" ]; then
            if [ -z "$own" ]; then
                printf '%s is there and is no regular file\n' "$shown"
                return 1
            fi
            rest=$own own=
        fi
        part=${rest%%/*}
        rest=${rest#"$part"}
        if [ -L "./$part" ]; then
            if [ -n "$loose" ]; then
                printf '%s/%s is a link in a folder %s\n' "$shown" "$part" "$loose"
                return 1
            fi
            hops=$((hops + 1))
            if [ "$hops" -gt 40 ] || ! to=$(readlink "./$part"); then
                printf '%s/%s: Too many levels of symbolic links\n' "$shown" "$part"
                return 1
            fi
            case $to in /*) cd / && shown= ;; esac
            rest=$to$rest
        elif [ -d "./$part" ]; then
            cd -P "./$part" 2>/dev/null || {
                printf '%s/%s: Permission denied\n' "$shown" "$part"
                return 1
            }
            case $part in
            .) continue ;;
            ..) shown=${shown%/*} && continue ;;
            esac
            # If a link replaced the folder a moment ago, the parent of where the link leads is another folder.
            if [ -n "$loose" ] && [ "$(stat -c %d:%i ..)" != "$self" ]; then
                printf '%s/%s was replaced while it was entered\n' "$shown" "$part"
                return 1
            fi
            shown=$shown/$part
        elif [ -z "$rest" ]; then
            target=$part
            return
        elif [ -e "./$part" ]; then
            printf '%s/%s: Not a directory\n' "$shown" "$part"
            return 1
        else
            printf '%s/%s: No such file or directory\n' "$shown" "$part"
            return 1
        fi
    done
    return 1
}

# place NAME SHA256 MODE TARGET BASENAME: like fetch, but the target may be any path, or a folder. An identical file
# is left alone, and a device, a pipe or anything else that is no regular file is never replaced.
place() (
    user=$(id -u)
    case $4 in
    */) enter "$4$5" "" || return 1 ;;
    *) enter "$4" "$5" || return 1 ;;
    esac
    if [ -e "./$target" ] && [ ! -f "./$target" ]; then
        printf '%s/%s is there and is no regular file\n' "$shown" "$target"
        return 1
    fi
    # Reads the file only where nobody else can put a pipe in its place meanwhile.
    if [ -z "$loose" ] && [ -f "./$target" ] &&
        [ "$({ sha256sum <"./$target"; } 2>/dev/null)" = "$2  -" ] &&
        [ "$(stat -c %a "./$target")" = "${3#0}" ]; then
        return
    fi
    message=$(carry "$1" "$2" "$3" "$target" 2>&1) || {
        printf '%s\n' "${message#*: [0-9]*: }"
        return 1
    }
)
