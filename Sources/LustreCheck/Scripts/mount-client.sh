# The client module for the running kernel, and for the kernel that boots next.

# Sets `next_kernel` to the kernel that boots next: the boot loader's configured one, else the newest; sets
# `next_sure` to no when the boot loader's choice cannot be read.
find_next_kernel() {
    next_kernel=
    next_sure=
    names=
    for image in "$root"/boot/vmlinuz-*; do
        case $image in *rescue* | *.old | *.bak) continue ;; esac
        [ -e "$image" ] && names="$names ${image##*/vmlinuz-}"
    done
    # When every kernel has the module, the next one does not matter, and no process is needed.
    lacking=
    for name in $names; do
        next_kernel=$name
        module_in_place "$name" || lacking=1
    done
    [ -n "$lacking" ] || return 0
    # shellcheck disable=SC2086
    next_kernel=$(printf '%s\n' $names | sort -V | tail -n 1)
    read_default_entry
    case $entry in '' | 0) return ;; esac
    for name in $names; do
        case $entry in
        "$name" | *[-' ']"$name" | *[-' ']"$name"-advanced* | *[-' ']"$name"-recovery* | *[-' ']"$name ("* | *"($name)"*)
            next_kernel=$name
            return
            ;;
        esac
    done
    # The choice is a position in a menu, or a title without a kernel version.
    next_sure=no
}

# Sets `entry` to the boot loader's configured choice; to nothing for the newest kernel. A choice for only the next
# boot has priority over the permanent one.
read_default_entry() {
    entry=
    saved=
    once=
    for table in "$root"/boot/grub/grubenv "$root"/boot/grub2/grubenv; do
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
            saved_entry=*) saved=${line#saved_entry=} ;;
            next_entry=*) once=${line#next_entry=} ;;
            esac
        done 2>/dev/null <"$table"
    done
    if [ -d "$root/boot/loader/entries" ]; then
        entry=$saved
    else
        # These files are read like a shell script, so the last assignment counts.
        for table in "$root/etc/default/grub" "$root"/etc/default/grub.d/*.cfg; do
            while IFS= read -r line || [ -n "$line" ]; do
                case $line in GRUB_DEFAULT=*) entry=${line#GRUB_DEFAULT=} ;; esac
            done 2>/dev/null <"$table"
        done
        case $entry in
        \"*) entry=${entry#?} entry=${entry%%\"*} ;;
        \'*) entry=${entry#?} entry=${entry%%\'*} ;;
        *) entry=${entry%%[ #]*} ;;
        esac
        [ "$entry" != saved ] || entry=$saved
    fi
    entry=${once:-$entry}
}

# The package manager's holds on kernel and client module.
held_packages() {
    if [ -r "$root/var/lib/dpkg/status" ]; then
        grep -B 1 '^Status: hold ' "$root/var/lib/dpkg/status" 2>/dev/null |
            sed -n -E 's/^Package: ((linux|lustre)-.*)/\1/p' | one_line
    else
        for list in "$root/etc/dnf/plugins/versionlock.list" "$root/etc/yum/pluginconf.d/versionlock.list"; do
            [ ! -r "$list" ] || grep -E '^[^#]*(kernel|lustre)' "$list" | one_line
        done
    fi
}

report_client() {
    say_whether module_installed module_installed
    say_whether module_loaded [ -d "$root/sys/module/lustre" ]
    version=
    { read -r version <"$root/sys/module/lustre/version"; } 2>/dev/null
    say client_version "$version"
    find_next_kernel
    [ -n "$next_kernel" ] || return 0
    say next_kernel "$next_kernel"
    [ -z "$next_sure" ] || say next_sure "$next_sure"
    if [ "$next_kernel" != "$kernel" ]; then
        say_whether next_module module_installed "$next_kernel"
    fi
    for folder in "$root"/var/lib/dkms/lustre*; do
        [ ! -d "$folder" ] || say dkms yes
    done
    case $survey in
    *automatic_upgrades=yes*) say held "$(held_packages)" ;;
    esac
}
