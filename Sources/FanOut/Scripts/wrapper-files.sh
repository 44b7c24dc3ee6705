# How a run's files get to their places on a node; set before it is the function fleet_file, and behind it stands stage.
# The folders may be anybody's: each name in them may lead elsewhere a moment later.
# shellcheck disable=SC2317

# What is staged lies in a folder of its own, where files can be executed: /tmp may be mounted noexec.
make_staging() {
    for folder in "${TMPDIR:-/tmp}" /var/tmp /dev/shm /run; do
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

# carry NAME SHA256 MODE TARGET: one of the run's files to a name in the folder this shell is in, whole or not at all.
# It is opened once, new and under a name that nobody can foresee; written, summed and given its mode through the descriptor.
carry() {
    read -r new </proc/sys/kernel/random/uuid || return
    new=.fleet-$new
    set -C
    exec 7>"$new" || return
    set +C
    if fleet_file "$1" >&7 && sum=$(sha256sum </proc/self/fd/7); then
        if [ "${sum%% *}" = "$2" ]; then
            if chmod "$3" /proc/self/fd/7 && mv -fT "./$new" "./$4"; then
                # In a folder of another user the name may be that user's again.
                # dash, bash and busybox have -ef.
                # shellcheck disable=SC3013
                [ "./$4" -ef /proc/self/fd/7 ] && return
                # On storage that nodes share another node's copy may be there already, and is as good.
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

# fetch NAME SHA256 MODE TARGET: one of the run's files to a path in a folder of this wrapper's own.
fetch() {
    message=$({ cd "${4%/*}" && carry "$1" "$2" "$3" "${4##*/}"; } 2>&1) || {
        # Without the shell's own name and line number.
        printf '%s\n' "${message#*: [0-9]*: }"
        return 1
    }
}

# look: sets loose to why links in this folder are not followed (empty where only root and the caller can make them), and
# self to what the folder is known by.
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
    # A user's own group may be that user alone; root's folders are open to those who are in it.
    ?????w*) [ "$user" != 0 ] || loose='that its group may write to' ;;
    esac
}

# enter PATH BASENAME: goes to the folder in which a path ends, part by part, and sets target to the name there. A folder
# takes the file's own name. A link that somebody else may have made is refused.
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
            # A link that took the folder's place a moment ago leads to where this one is not the folder above.
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

# place NAME SHA256 MODE TARGET BASENAME: like fetch, where the target may be any path, or a folder; the same file again is
# left alone, and what is no file (a device, a pipe) is never replaced.
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
    # Only where nobody else can put a pipe in its place while it is read.
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
