# The operator's repair, only the steps this node needs. A step is printed when it is over:
# step=NAME done|failed MESSAGE; the first failed one ends the repair.
package=lustre-client-modules-$kernel
failed=0

finish() {
    report_mount
    say end 1
    exit "$failed"
}
done_step() { say step "$1 done $2"; }
fail_step() {
    say step "$1 failed $2"
    failed=1
    finish
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get -q "$@" \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold 9>&-
}
# Installs the package with further options.
install_package() {
    answer=$(apt_install -y --no-install-recommends "$@" install "$package" 2>&1) ||
        fail_step module-package "$(printf '%s' "$answer" | grep -E '^(E|dpkg|W):|error' | one_line)"
}
has_candidate() {
    candidate=$(apt-cache policy "$package" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }')
    [ -n "$candidate" ] && [ "$candidate" != "(none)" ]
}
# apt-get update exits 0 when a mirror is dead unless told otherwise, and has no way to wait for its lists lock.
update_index() {
    tries=0
    while :; do
        answer=$(apt-get -q update -o APT::Update::Error-Mode=any 2>&1 9>&-) && return 0
        case $answer in
        *'/lists/lock'*) [ "$tries" -lt 60 ] || return 1 ;;
        *) return 1 ;;
        esac
        tries=$((tries + 1))
        sleep 2
    done
}

install_module() {
    command -v apt-get >/dev/null 2>&1 ||
        fail_step module-package "no apt-get on this node: install the Lustre client module for kernel $kernel by hand"
    if ! has_candidate; then
        update_index || fail_step package-index "$(printf '%s' "$answer" | one_line)"
        if ! has_candidate; then
            others=$(apt-cache pkgnames lustre-client-modules- 2>/dev/null |
                sed -n 's/^lustre-client-modules-\([0-9]\)/\1/p' | sort -V | tail -n 3 | one_line)
            fail_step module-package "no package $package in the repositories; there is one for: ${others:-no kernel}"
        fi
    fi
    answer=$(apt_install -s --no-install-recommends install "$package" 2>&1) ||
        fail_step module-package "$(printf '%s' "$answer" | grep '^E:' | one_line)"
    if printf '%s\n' "$answer" | grep -Eq '^Remv |^Inst linux-image'; then
        fail_step module-package "refused: installing $package would remove packages or bring a kernel"
    fi
    install_package
    # apt may hold the package for installed although its files are gone, or its cache may be a second too old.
    module_installed || install_package --reinstall
    module_installed || fail_step module-package "$package is installed, but holds no module for kernel $kernel"
    done_step module-package "installed $package $candidate"
}

load_module() {
    if answer=$(modprobe lustre 2>&1); then
        done_step module-load "loaded lustre"
    else
        fail_step module-load "$(printf '%s' "$answer" | one_line)"
    fi
}

# --foreground: in the payload's own process group, so that nothing outlives the payload's deadline.
mount_it() {
    if [ -n "$FLEET_SOURCE" ]; then
        answer=$(timeout --foreground -k 5 "$FLEET_MOUNT_SECONDS" mount -t lustre -o "$FLEET_OPTIONS" "$FLEET_SOURCE" "$point" 2>&1 9>&-)
    else
        answer=$(timeout --foreground -k 5 "$FLEET_MOUNT_SECONDS" mount "$point" 2>&1 9>&-)
    fi
    status=$?
    case $status in
    0) done_step mount "mounted $(expected_source)" ;;
    124 | 137) fail_step mount "mount did not return within $FLEET_MOUNT_SECONDS s" ;;
    *) fail_step mount "$(printf '%s (exit %s)' "$answer" "$status" | one_line)" ;;
    esac
}

if mounted_right; then
    say already 1
    finish
fi

# Two fleets at once on one node would both install: the second waits, then finds nothing to do.
if [ "$(id -u)" != 0 ]; then
    fail_step rights "needs root or password-less sudo on this node (user $(id -un))"
fi
lock=/run/fleet-mount-lustre.lock
{ true >>"$lock"; } 2>/dev/null || fail_step lock "cannot write $lock"
exec 9>>"$lock"
flock -w 300 9 || fail_step lock "another mount-lustre has been at work on this node for 300 s"
if mounted_right; then
    say already 1
    finish
fi

type=$(mount_entry type)
case $type in
'' | autofs) ;;
*) fail_step mount-table "something else is mounted at $point: $(mount_entry source) (type $type)" ;;
esac
[ -n "$(expected_source)" ] ||
    fail_step fstab "no lustre line for $point in /etc/fstab"

if ! filesystem_registered; then
    module_installed || install_module
    load_module
    filesystem_registered || fail_step filesystem "the module is loaded, but the kernel does not know the file system lustre"
fi
if [ ! -d "$point" ]; then
    answer=$(mkdir -p "$point" 2>&1) || fail_step directory "$(printf '%s' "$answer" | one_line)"
    done_step directory "made $point"
elif [ "$type" != autofs ] && [ -n "$(find "$point" -mindepth 1 -maxdepth 1 2>/dev/null | head -n 1)" ]; then
    fail_step directory "$point is not mounted and holds files; mounting would hide them"
fi
mount_it
finish
