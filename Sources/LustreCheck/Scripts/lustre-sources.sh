# Reads the source of a mount; used by check and repair. NIDs are compared in the form of LNet's libcfs_strnid().

# number_of DIGITS: sets `number` to the digits without leading zeros.
number_of() {
    number=$1
    while :; do case $number in 0?*) number=${number#0} ;; *) return 0 ;; esac; done
}
# network_of WORD: sets `network`: a network without a number gets number 0, and an empty word means tcp.
network_of() {
    network=${1:-tcp}
    number_of "${network##*[!0-9]}"
    network=${network%"${network##*[!0-9]}"}
    [ "${number:-0}" = 0 ] || network=$network$number
}

# add_groups TEXT: adds the numbers of a part of an IPv6 address to `groups`; fails if the text is no such part.
add_groups() {
    parts=$IFS
    IFS=:
    # shellcheck disable=SC2086
    set -- $1
    IFS=$parts
    for part; do
        case $part in '' | ?????*) return 1 ;; esac
        groups="$groups:$((0x$part))"
        count=$((count + 1))
    done
}
# groups_of TEXT: sets `groups` to the eight numbers of an IPv6 address; fails if the text is no IPv6 address.
groups_of() {
    case $1 in
    *[!0-9A-Fa-f:]* | *:::* | *::*::* | :[!:]* | *[!:]:) return 1 ;;
    *:*:*) ;;
    *) return 1 ;;
    esac
    groups=
    count=0
    add_groups "${1%%::*}" || return 1
    case $1 in
    *::*)
        front=$groups front_count=$count
        groups=
        add_groups "${1#*::}" || return 1
        [ "$count" -lt 8 ] || return 1
        back=$groups
        groups=$front
        while [ "$count" -lt 8 ]; do groups=$groups:0 count=$((count + 1)); done
        groups=$groups$back
        ;;
    esac
    [ "$count" = 8 ]
}

# address_of TEXT: sets `address` to an address in LNet's form: IPv4, IPv6, or a number; fails for a name.
address_of() {
    case $1 in
    *:*)
        groups_of "$1" || return 1
        address=${groups#:}
        ;;
    0[xX] | 0[xX]*[!0-9A-Fa-f]*) return 1 ;;
    0[xX]*) address=$((0x${1#??})) ;;
    *[!0-9.]* | '') return 1 ;;
    *)
        address=
        parts=$IFS
        IFS=.
        # shellcheck disable=SC2086
        set -- $1
        IFS=$parts
        for part; do
            number_of "$part"
            address=$address${address:+.}$number
        done
        ;;
    esac
}

# add_nid HOST NETWORK: adds the host to `hosts` as written, and to `nids` in the form to compare; a name gets a
# slash.
add_nid() {
    [ -n "$1" ] || return 0
    hosts="$hosts $1@$2"
    if address_of "$1"; then nids="$nids $address@$2"; else nids="$nids /$1@$2"; fi
}
# split_node TEXT: adds the NIDs between two commas. The text before a network may be an IPv6 address, or several
# addresses of which only the last has a network: text that can be read as IPv6 is taken as IPv6.
split_node() {
    rest=$1
    while [ -n "$rest" ]; do
        words=${rest%%@*}
        tail=
        case $rest in *@*) tail=${rest#*@} ;; esac
        network_of "${tail%%:*}"
        last_network=$network
        case $tail in *:*) rest=${tail#*:} ;; *) rest= ;; esac
        while :; do
            case $words in
            \[*\]:*)
                host=${words#\[}
                add_nid "${host%%\]*}" tcp
                words=${words#*\]:}
                ;;
            \[*\])
                words=${words#\[} words=${words%\]}
                break
                ;;
            *:*)
                ! groups_of "$words" || break
                add_nid "${words%%:*}" tcp
                words=${words#*:}
                ;;
            *) break ;;
            esac
        done
        add_nid "$words" "$last_network"
    done
}
# nids_of SOURCE: sets `nids` and `hosts` to its servers, each as ADDRESS@NETWORK. Must be called with set -f.
nids_of() {
    nids='' hosts=''
    parts=$IFS
    IFS=,
    # shellcheck disable=SC2086
    set -- ${1%%:/*}
    IFS=$parts
    for node; do split_node "$node"; done
}

# lookup NAME: sets `found` to its addresses, IPv4 and IPv6. Two queries, because getent ahosts omits IPv6 on a node
# without an IPv6 address of its own, and getent hosts returns only one family.
lookup() {
    found=
    for database in ahosts hosts; do
        [ -z "$found" ] || return 0
        # shellcheck disable=SC2046
        set -- "$1" $(timeout --foreground 5 getent "$database" "$1" 2>/dev/null </dev/null 9>&-)
        name=$1
        shift
        for word; do
            case $word in *.*.*.* | *:*:*) ;; *) continue ;; esac
            address_of "$word" || continue
            case "$found " in *" $word "*) ;; *) found="$found $word" ;; esac
        done
        set -- "$name"
    done
    [ -n "$found" ]
}
# resolve NIDS: sets `resolved` to the NIDs with the addresses of each name in place of the name; fails if a name has
# no address.
resolve() {
    resolved=
    unclear=
    for nid in $1; do
        case $nid in
        /*)
            host=${nid#/}
            if lookup "${host%@*}"; then
                for word in $found; do
                    address_of "$word"
                    resolved="$resolved $address@${nid##*@}"
                done
            else
                unclear=1
            fi
            ;;
        *) resolved="$resolved $nid" ;;
        esac
    done
    [ -z "$unclear" ]
}
# share_nid NIDS NIDS: whether both lists have a NID in common: a name may have several addresses, and a file system
# several servers.
share_nid() {
    for nid in $2; do
        case " $1 " in *" $nid "*) return 0 ;; esac
    done
    return 1
}
# compare_servers WANTED FOUND: sets `matches` to yes, no, or unknown when a name does not resolve.
compare_servers() {
    nids_of "$1"
    wanted_nids=$nids
    nids_of "$2"
    matches=yes
    ! share_nid "$wanted_nids" "$nids" || return 0
    # The mount table may show only a server's name, without its network.
    case $2 in
    *@*:/*) ;;
    *)
        for nid in $nids; do
            case "$nid:$wanted_nids" in /*:*" ${nid%@*}@"*) return 0 ;; esac
        done
        ;;
    esac
    clear=1
    resolve "$wanted_nids" || clear=
    wanted_nids=$resolved
    resolve "$nids" || clear=
    ! share_nid "$wanted_nids" "$resolved" || return 0
    if [ -n "$clear" ]; then matches=no; else matches=unknown; fi
}

# folder_of SOURCE: sets `folder` to the path after the servers, without superfluous slashes.
folder_of() {
    case $1 in *:/*) folder=${1#*:/} ;; *) folder=$1 ;; esac
    while :; do
        case $folder in
        *//*) folder=${folder%%//*}/${folder#*//} ;;
        ?*/) folder=${folder%/} ;;
        /?*) folder=${folder#/} ;;
        *) return 0 ;;
        esac
    done
}

# device_of SOURCE: sets `device` to the block device behind a tag (UUID=...), a link or a volume manager's name; to
# nothing when the node does not know it. Fails if the source is no block device.
device_of() {
    value=${1#*=}
    value=${value#\"}
    value=${value%\"}
    case $1 in
    UUID=*) device=/dev/disk/by-uuid/$value ;;
    LABEL=*) device=/dev/disk/by-label/$value ;;
    PARTUUID=*) device=/dev/disk/by-partuuid/$value ;;
    PARTLABEL=*) device=/dev/disk/by-partlabel/$value ;;
    ID=*) device=/dev/disk/by-id/$value ;;
    /dev/*) device=$1 ;;
    *) return 1 ;;
    esac
    if [ -e "$root$device" ]; then device=$(readlink -f "$root$device"); else device=; fi
}

# compare_devices WANTED FOUND: like compare_sources, for two sources that are not on a server.
compare_devices() {
    matches=no
    case $2 in *:/*) return ;; esac
    matches=unknown
    device_of "$1" || return 0
    wanted_device=$device
    device_of "$2" || return 0
    [ -n "$wanted_device" ] && [ -n "$device" ] || return 0
    if [ "$wanted_device" = "$device" ]; then matches=yes; else matches=no; fi
}

# compare_sources WANTED FOUND: sets `matches` to yes, no, unknown when a name does not resolve, or part when FOUND is
# the file system and WANTED a folder in it: Lustre 2.17 shows only the file system in the mount table if the servers
# were given by name.
compare_sources() {
    matches=no
    if [ -z "$1" ] || [ "${1%/}" = "${2%/}" ]; then
        matches=yes
        return
    fi
    case $1 in
    *:/* | //*) ;;
    *=* | /*)
        compare_devices "$1" "$2"
        return
        ;;
    esac
    folder_of "$1"
    wanted_folder=$folder
    folder_of "$2"
    case ${FLEET_TYPES:-}${fstab_type:-lustre}:$wanted_folder in
    *":$folder") same=yes ;;
    "lustre:$folder"/*) same=part ;;
    *) return 0 ;;
    esac
    set -f
    compare_servers "$1" "$2"
    set +f
    [ "$matches" != yes ] || matches=$same
}

# find_port: sets `port` to the port of the servers, which LNet on the node uses as well: the port of the loaded
# module, else the port that the kernel command line or the last module option sets, else 988.
find_port() {
    port=
    { read -r port <"$root/sys/module/lnet/parameters/accept_port"; } 2>/dev/null
    case $port in '' | *[!0-9]*) ;; *) return 0 ;; esac
    # modprobe reads all files in the order of their names; of files with the same name, only the one in the first
    # folder.
    port=$(
        for folder in etc run usr/local/lib usr/lib lib; do
            for file in "$root/$folder"/modprobe.d/*.conf; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
        done | awk '{ name = $0; sub(/.*\//, "", name); if (!(name in seen)) print name, $0; seen[name] = 1 }' | sort |
            sed 's/^[^ ]* //' | {
            set --
            while IFS= read -r file; do set -- "$@" "$file"; done
            [ ! -f "$root/etc/modprobe.conf" ] || set -- "$root/etc/modprobe.conf" "$@"
            [ ! -r "$root/proc/cmdline" ] || set -- "$@" "$root/proc/cmdline"
            [ "$#" = 0 ] || awk "$port_program" "$@" 2>/dev/null
        }
    )
    port=${port:-988}
}
# shellcheck disable=SC2016
port_program='
    function look(text,    words, n, i) {
        gsub(/["\047]/, "", text)
        n = split(text, words, " ")
        for (i = 1; i <= n; i++) if (match(words[i], /^(lnet\.)?accept[-_]port=[0-9]+$/)) {
            sub(/.*=/, "", words[i])
            port = words[i]
        }
    }
    FILENAME ~ /\/cmdline$/ {
        gsub(/(^| )accept[-_]port=[^ ]*/, " ")
        look($0)
        next
    }
    # A backslash at the end of a line continues it.
    /\\$/ { held = held substr($0, 1, length($0) - 1) " "; next }
    {
        line = held $0
        held = ""
        split(line, first, " ")
        if (first[1] == "options" && first[2] == "lnet") look(line)
    }
    END { if (port + 0 > 0) print port + 0 }'
