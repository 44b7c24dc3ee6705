# The client module's package: which one it is, whether it exists, and how it gets onto the node. FLEET_PACKAGES holds
# a row per distribution: ID MANAGER MODULE TOOLS; the ID is os-release's, or ID-VERSION_ID.
module_package=
tools_package=
manager=
candidate=
interrupted=

os_word() { sed -n "s/^$1=//p" "$root/etc/os-release" 2>/dev/null | tr -d "\"'" | head -n 1; }

# Sets the package names; false when this distribution is not known.
find_packages() {
    [ -z "$manager" ] || return 0
    id=$(os_word ID)
    for word in "$id-$(os_word VERSION_ID)" "$id" $(os_word ID_LIKE); do
        row=$(printf '%s\n' "$FLEET_PACKAGES" | tr ';' '\n' | awk -v id="$word" '$1 == id { print; exit }')
        [ -z "$row" ] || break
    done
    [ -n "$row" ] || return 1
    # shellcheck disable=SC2086
    set -- $row
    manager=$2
    module_name=$3
    # The part before {kernel}: with it begin the packages for other kernels.
    case $3 in
    *'{kernel}'*) module_prefix=${3%%\{kernel\}*} module_package=$module_prefix$kernel${3#*\{kernel\}} ;;
    *) module_prefix='' module_package=$3 ;;
    esac
    tools_package=$4
    if [ "$manager" = dnf ] && ! command -v dnf >/dev/null 2>&1; then manager=yum; fi
}
choose_packages() {
    find_packages ||
        fail_step module-package "no package is known for this distribution (${id:-no ID in /etc/os-release}); kernel $kernel"
    case $manager in apt) tool=apt-get ;; *) tool=$manager ;; esac
    command -v "$tool" >/dev/null 2>&1 ||
        fail_step module-package "no $tool on this node: install $module_package by hand"
}

tools_missing() {
    for folder in /sbin /usr/sbin /usr/local/sbin; do
        [ -x "$root$folder/mount.lustre" ] && return 1
    done
    return 0
}

# A module that DKMS builds does not depend on a package per kernel: it was not built for this kernel.
dkms_registered() {
    for folder in "$root"/var/lib/dkms/lustre*; do [ -d "$folder" ] && return 0; done
    return 1
}

# dkms_words: the failure that DKMS reported while the package manager installed its package: the installation
# succeeds without the module. Adds the compiler's first error if its log can be read. Fails when DKMS reported no
# failure.
dkms_words() {
    case $answer in
    *'ad return status'* | *'bad exit status'* | *'ernel headers'* | *BUILD_EXCLUSIVE* | *'uild of '*' failed'* | *make.log*) ;;
    *autoinstall*fail* | *'failed to install during autoinstall'* | *'(dkms apport)'* | *'Building initial module'*rror*) ;;
    *) return 1 ;;
    esac
    told=$(printf '%s\n' "$answer" | grep -iE 'error|bad (return|exit) status|headers|BUILD_EXCLUSIVE|make\.log|failed' | head -n 4 | one_line)
    compiler=
    for log in "$root"/var/lib/dkms/lustre*/*/build/make.log "$root"/var/lib/dkms/lustre*/*/"$kernel"/*/log/make.log; do
        [ -f "$log" ] || continue
        compiler=$(grep -m 1 -iE '(^|[^a-z])error[: ]' "$log" 2>/dev/null | cut -c 1-200 | one_line)
        break
    done
    printf 'DKMS did not build the module for kernel %s: %s%s' "$kernel" "${told% }" "${compiler:+; ${compiler% }}"
}

# managed STAGE SECONDS COMMAND...: runs a package manager's command, and repeats it while another process holds a
# lock. apt's own DPkg::Lock::Timeout covers neither the lock of the lists nor that of the archives; dnf waits by
# itself.
managed() {
    managed_stage=$1 managed_seconds=$2
    shift 2
    read_uptime
    lock_until=$((uptime + FLEET_LOCK_SECONDS))
    while :; do
        stage "$managed_stage"
        limited "$managed_seconds" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a APT_LISTCHANGES_FRONTEND=none "$@" && return 0
        case $answer in
        *'Could not get lock'* | *'Unable to acquire the dpkg frontend lock'* | *'Unable to lock'*) ;;
        *) return 1 ;;
        esac
        [ "$uptime" -lt "$lock_until" ] || return 1
        stage waiting-for-another-package-manager
        sleep 1
    done
}

# The words of the commands: no word contains a space, so that the plan shows exactly what is run.
apt_install='apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold'
apt_update='apt-get -q update -o APT::Update::Error-Mode=any'
install_words() {
    case $manager in
    apt) printf '%s %s' "$apt_install" "${2:-install}" ;;
    *) printf '%s -y -q %s' "$manager" "${2:-install}" ;;
    esac
    printf ' %s' "$1"
}
fetch_words() {
    case $manager in
    apt) printf '%s --download-only install %s' "$apt_install" "$1" ;;
    *) printf '%s -y -q --downloadonly install %s' "$manager" "$1" ;;
    esac
}
index_words() {
    case $manager in
    apt) printf '%s' "$apt_update" ;;
    dnf) printf 'dnf -q makecache --refresh --setopt=*.skip_if_unavailable=0' ;;
    *) printf 'yum -q makecache' ;;
    esac
}

# has_candidate PACKAGE: whether the index on the node contains it.
has_candidate() {
    case $manager in
    apt) candidate=$(apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }') ;;
    dnf) candidate=$(listed dnf -q -C list --available "$1") ;;
    *) candidate=$(listed yum -q -C list available "$1") ;;
    esac
    [ -n "$candidate" ]
}
# NAME.ARCHITECTURE VERSION REPOSITORY; on two lines when these are wider than 80 columns.
listed() {
    timeout --foreground -k 5 60 "$@" 2>/dev/null </dev/null 9>&- | awk '
        $1 ~ /\.(x86_64|aarch64|noarch)$/ { if (NF > 1) print $2; else if ((getline) > 0) print $1; exit }'
}

# has_installed PACKAGE: for dnf and yum, which do not list a package as available when its newest version is
# installed.
has_installed() {
    [ "$manager" != apt ] || return 1
    candidate=$(timeout --foreground -k 5 60 rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null </dev/null 9>&-) || candidate=
    # The newest version is the last one.
    candidate=${candidate##*"$newline"}
    [ -n "$candidate" ]
}

# The kernels for which there is a package; only those of the running kernel's flavour if there are any, the newest
# last.
other_kernels() {
    [ "$manager" = apt ] && [ -n "$module_prefix" ] || return 0
    flavour=${kernel##*-}
    apt-cache pkgnames "$module_prefix" 2>/dev/null | sed "s/^$module_prefix//" | grep '^[0-9]' | sort -V >"$work/kernels"
    { grep -e "-$flavour\$" "$work/kernels" || cat "$work/kernels"; } | tail -n 3 | one_line | sed 's/ *$//'
}
no_package() {
    make_work
    others=$(other_kernels)
    if dkms_registered; then
        fail_step module-package "no package $module_package in the repositories, and DKMS has not built its lustre module for kernel $kernel"
    fi
    fail_step module-package "no package $module_package in the repositories; there is one for: ${others:-no kernel}"
}

# An installation that was cut off. fleet finishes it if it only concerns packages of Lustre's client: then an earlier
# mount-lustre was killed there.
look_for_interruption() {
    [ "$manager" = apt ] || return 0
    unfinished=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
        awk 'substr($1, 2, 1) ~ /[UFH]/ || substr($1, 3, 1) == "R" { print $2 }' | one_line)
    unfinished=${unfinished% }
    for file in "$root"/var/lib/dpkg/updates/[0-9]*; do
        [ -e "$file" ] && interrupted=yes
    done
    [ -n "$unfinished$interrupted" ] || return 0
    interrupted=yes
    is_ours=yes
    [ -n "$unfinished" ] || is_ours=no
    for word in $unfinished; do
        case $word in "$module_package" | "$tools_package" | "$module_prefix"[0-9]*) ;; *) is_ours=no ;; esac
    done
    if [ "$is_ours" = yes ] || [ "$FLEET_REPAIR_DPKG" = 1 ]; then return 0; fi
    fail_step package-repair "dpkg was interrupted, and left unfinished: ${unfinished:-its own journal}"
}

# The sizes of a package in the index, in KiB, each with some reserve; 150 MiB when the index has none.
check_space() {
    sizes=
    [ "$manager" != apt ] || sizes=$(apt-cache show --no-all-versions "$1" 2>/dev/null |
        awk '$1 == "Size:" { size = int($2 / 1024) } $1 == "Installed-Size:" { installed = $2 } END { print size + 0, installed + 0 }')
    archive=${sizes% *} unpacked=${sizes#* }
    is_number "$archive" && [ "$archive" -gt 0 ] || archive=51200
    is_number "$unpacked" && [ "$unpacked" -gt 0 ] || unpacked=153600
    case $manager in apt) cache=/var/cache/apt/archives ;; *) cache=/var/cache ;; esac
    space_at "$cache" $((archive + 5120))
    space_at /lib/modules $((unpacked + 10240))
    space_at /var/lib $((5120))
}
space_at() {
    free=$(timeout --foreground 5 df -Pk "$root$1" 2>/dev/null </dev/null 9>&- | awk 'NR == 2 { print $4 }')
    is_number "$free" || return 0
    [ "$free" -ge "$2" ] || fail_step disk-space "only $((free / 1024)) MiB are free in $1, and $wanted needs $(($2 / 1024))"
}

# simulate PACKAGES...: refuses an installation that removes packages or installs a kernel. It uses the index on the
# node (-C): otherwise every node would ask the mirror before its turn, and even in a rehearsal.
simulate() {
    case $manager in
    apt)
        limited 120 apt-get -s -q --no-install-recommends install "$@" || fail_step module-package "$(said 'the simulation' '^(E|W):|^ |unmet|nothing provides')"
        harm=$(printf '%s\n' "$answer" | awk -v wanted=" $* " '
            $1 == "Remv" || $1 == "Purg" { print "remove " $2 }
            $1 == "Inst" && index(wanted, " " $2 " ") == 0 &&
                $2 ~ /^(linux-(image|headers|modules|aws|azure|gcp|oracle|generic|lowlatency|virtual|kvm)|lustre-client-modules-[a-z])/ { print "bring " $2 }')
        ;;
    *)
        limited 120 "$manager" -C --assumeno install "$@"
        case $answer in
        *'Operation aborted'* | *'Nothing to do'* | *'Exiting on user command'* | *'Is this ok'*) ;;
        *) fail_step module-package "$(said 'the simulation' 'rror|roblem|^ +- |No match|Unable|nothing provides|Requires:|No package')" ;;
        esac
        harm=$(printf '%s\n' "$answer" | awk '
            /^[A-Z][a-z ]*:$/ { section = $1 }
            /^ / && section ~ /^Remov/ { print "remove " $1 }
            $1 == "replacing" { print "remove " $2 }
            /^ / && section ~ /^(Install|Upgrad|Updat|Downgrad)/ && $1 ~ /^kernel(-core|-modules.*|-devel|-headers|-aws.*|6.*|-uek.*)?$/ { print "bring " $1 }')
        ;;
    esac
    [ -z "$harm" ] || fail_step module-package "refused: installing $* would $(printf '%s\n' "$harm" | head -n 5 | one_line)"
}

# The module is there, but the installation of its package may have been cut off before its scripts ran.
plan_finish() {
    find_packages && [ "$manager" = apt ] || return 0
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$module_package" 2>/dev/null) in ?[UFH]*) ;; *) return 0 ;; esac
    look_for_interruption
    [ -z "$interrupted" ] || would package-repair 'dpkg --configure -a'
}
plan_packages() {
    wanted=
    needs_module=no
    needs_tools=no
    filesystem_registered || module_installed || needs_module=yes
    if tools_missing; then needs_tools=yes; fi
    if [ "$needs_module$needs_tools" = nono ]; then
        plan_finish
        return
    fi
    choose_packages
    [ "$needs_module" = no ] || wanted=$module_package
    # One package may contain both.
    if [ "$needs_tools" = yes ] && [ "$wanted" != "$tools_package" ]; then wanted="$wanted $tools_package"; fi
    wanted=${wanted# }
    look_for_interruption
    [ -z "$interrupted" ] || would package-repair 'dpkg --configure -a'
    needs_index=no
    for word in $wanted; do
        has_candidate "$word" || needs_index=yes
    done
    if [ "$needs_index" = yes ]; then
        would package-index "$(index_words)"
    else
        # shellcheck disable=SC2086
        simulate $wanted
        for word in $wanted; do check_space "$word"; done
    fi
    if [ -n "$FLEET_FETCH_DIR" ]; then
        would package-fetch "$wanted: once for all nodes, to $FLEET_FETCH_DIR"
    else
        would package-fetch "$(fetch_words "$wanted")"
    fi
    would module-package "$(install_words "$wanted")"
}

# The nodes start at different times, by their names, and only when something is downloaded.
wait_turn() {
    is_number "$FLEET_JITTER" && [ "$FLEET_JITTER" -gt 0 ] || return 0
    # shellcheck disable=SC2046
    set -- $(uname -n | cksum)
    stage waiting-its-turn
    sleep $(($1 % FLEET_JITTER))
}

repair_dpkg() {
    managed repairing-dpkg 120 dpkg --force-confold --configure -a ||
        fail_step package-repair "$(said 'dpkg --configure -a' '^dpkg|rror')"
    done_step package-repair "finished an interrupted installation${unfinished:+ of $unfinished}"
}

install_packages() {
    [ -z "$interrupted" ] || repair_dpkg
    [ -n "$wanted" ] || return 0
    # A shared package is downloaded by one node alone; but dnf and yum also update their index before they install a
    # file.
    if [ -z "$FLEET_FETCH_DIR" ] || [ "$needs_index" = yes ] || [ "$manager" != apt ]; then wait_turn; fi
    # shellcheck disable=SC2046
    if [ "$needs_index" = yes ]; then
        managed updating-the-package-index 180 $(index_words) ||
            fail_step package-index "$(said "$(index_words)" '^(E|W|Err)|rror|annot|ailed')"
        # Without Error-Mode, apt exits with success even when it could not update a repository.
        warnings=$(printf '%s\n' "$answer" | grep -E '^(W|E): .*(ignature|GPG|ailed to fetch|Release|not signed|ertificate)' | one_line | sed 's/ *$//')
        done_step package-index "updated the package index"
        for word in $wanted; do
            if ! has_candidate "$word" && ! has_installed "$word"; then
                [ -z "$warnings" ] || fail_step package-index "no package $word in the index, of which a part could not be updated: $warnings"
                [ "$word" != "$module_package" ] || no_package
                fail_step module-package "mount.lustre is not on this node, and there is no package $word in the repositories"
            fi
        done
        # shellcheck disable=SC2086
        simulate $wanted
        for word in $wanted; do check_space "$word"; done
    fi
    fetch_packages
    # shellcheck disable=SC2046
    managed installing-the-module 300 $(install_words "$install_target") ||
        fail_step module-package "$(dkms_words || said 'the installation' '^(E|W|dpkg):|[Ee]rror|ERROR|nothing provides|Problem|Requires')"
    prove_module
    ! tools_missing || fail_step module-package "$tools_package is installed, but holds no mount.lustre"
    for word in $wanted; do has_installed "$word" || has_candidate "$word" || :; versions="$versions, $word $candidate"; done
    done_step module-package "installed ${versions#, }"
}
# prove_module: the module must be there now, whatever the package manager reported.
prove_module() {
    if [ "$needs_module" != yes ] || module_installed; then return 0; fi
    # A module that did not compile will not compile the second time.
    ! failure=$(dkms_words) || fail_step module-package "$failure"
    # The package may count as installed although its files are gone.
    reinstall
    ! module_installed || return 0
    ! failure=$(dkms_words) || fail_step module-package "$failure"
    if dkms_registered; then
        fail_step module-package "$module_package is installed, and DKMS has not built its lustre module for kernel $kernel"
    fi
    fail_step module-package "$module_package is installed, but holds no module for kernel $kernel"
}
reinstall() {
    case $manager in
    apt) reinstall_words=$(install_words "${install_target%% *}" '--reinstall install') ;;
    *) reinstall_words=$(install_words "${install_target%% *}" reinstall) ;;
    esac
    # shellcheck disable=SC2086
    managed installing-the-module 300 $reinstall_words && return 0
    case $answer in
    # The repositories may only have a newer version.
    *'not available'* | *'No packages marked for reinstall'* | *'othing to do'*) ;;
    *) fail_step module-package "$(dkms_words || said 'the installation' '^(E|W|dpkg):|[Ee]rror|ERROR')" ;;
    esac
}
