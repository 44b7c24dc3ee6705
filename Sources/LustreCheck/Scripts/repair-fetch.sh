# How the packages get to the node: each node downloads them by itself, or one node downloads them for all into a
# shared folder (FLEET_FETCH_DIR), and every node compares the checksum. FLEET_FETCH_TOKEN belongs to the run: a
# failed download of another run does not count.
install_target=

fetch_packages() {
    install_target=$wanted
    if [ -n "$FLEET_FETCH_DIR" ] && [ "$needs_module" = yes ]; then
        fetch_once
        install_target=$local_file
        case $wanted in *' '*) install_target="$local_file ${wanted#* }" ;; esac
        return
    fi
    # shellcheck disable=SC2046
    managed fetching-the-package 300 $(fetch_words "$wanted") ||
        fail_step package-fetch "$(said 'the download' '^(E|W|Err)|rror|annot|ailed')"
}

# Sets file_name, the name under which the package is shared, and file_sum, its SHA-256 in the package index (empty
# when the index has none: dnf's).
name_package() {
    case $manager in
    apt)
        file_sum=$(apt-cache show --no-all-versions "$module_package" 2>/dev/null | awk '$1 == "SHA256:" { print $2; exit }')
        file_name=${module_package}_$(printf '%s' "$candidate" | tr -c 'A-Za-z0-9.+~-' '_')_$(dpkg --print-architecture).deb
        ;;
    *)
        file_sum=
        file_name=$module_package-$(printf '%s' "$candidate" | tr -c 'A-Za-z0-9.+~-' '_').$kernel.rpm
        ;;
    esac
}

# Root of another node may put links, pipes and endless files into the shared folder. So what is read there is opened
# without following a link or waiting for a pipe's writer, and read under a limit; and what is written there is made on this
# node first and then takes its name's place.
#
# peek NAME: the first line of a small file there.
peek() { timeout -k 1 10 dd if="$1" bs=600 count=1 iflag=nofollow,nonblock 2>/dev/null | head -n 1 | tr -d '[:cntrl:]'; }
# place FILE NAME: puts a copy of this node's file there, with its mode; what lies under the name is never followed.
place() {
    placed=$2.$$.$(uname -n)
    cp --remove-destination --preserve=mode -T "$1" "$placed" && mv -f -T "$placed" "$2"
}

# is_whole FILE: whether it has the expected checksum.
is_whole() {
    [ -f "$1" ] || return 1
    expected=$file_sum
    if [ -z "$expected" ]; then
        expected=$(peek "$shared.sha256")
        [ -n "$expected" ] || return 1
    fi
    # A pipe may have taken the file's place by now.
    sum=$(timeout -k 1 120 dd if="$1" bs=1M iflag=nofollow,nonblock 2>/dev/null | sha256sum 2>/dev/null)
    [ "${sum%% *}" = "$expected" ]
}

# Root must not install files that anybody but root and the user of fleet (FLEET_FETCH_OWNER) could have put there.
check_fetch_folder() {
    limited 10 stat -c '%A %u' "$FLEET_FETCH_DIR/"
    distrust=
    case $status:$answer in
    124:* | 137:*) fail_step package-fetch "$(said "a look at $FLEET_FETCH_DIR")" ;;
    0:d???????w*) distrust="anybody may write to $FLEET_FETCH_DIR" ;;
    0:d????w*) distrust="the group may write to $FLEET_FETCH_DIR" ;;
    0:d*' 0' | 0:d*" ${FLEET_FETCH_OWNER:-0}") ;;
    0:d*) distrust="$FLEET_FETCH_DIR belongs to user ${answer##* }, who is neither root nor who runs fleet" ;;
    *) fail_step package-fetch "$FLEET_FETCH_DIR is not there on this node: --fetch-dir must be a folder that the nodes share" ;;
    esac
    [ -z "$distrust" ] || fail_step package-fetch "$distrust: root does not install from there"
}

# When the index has no checksum, a checksum beside the package proves nothing, so its signature is checked.
check_signature() {
    [ -z "$file_sum" ] || return 0
    [ "$manager" != apt ] || fail_step package-fetch "the package index has no checksum of $file_name"
    limited 60 rpm -K "$local_file"
    case $status:${answer##*: } in
    0:*signatures* | 0:*pgp* | 0:*gpg*) ;;
    0:*) fail_step package-fetch "$file_name is not signed (rpm -K: ${answer##*: })" ;;
    *) fail_step package-fetch "the signature of $file_name cannot be checked: $(said 'rpm -K')" ;;
    esac
}

fetch_once() {
    check_fetch_folder
    fetch_verb=install
    # An installed package is not downloaded in another way.
    if ! has_candidate "$module_package" && has_installed "$module_package"; then fetch_verb=reinstall; fi
    name_package
    shared=$FLEET_FETCH_DIR/$file_name
    make_work
    read_uptime
    fetch_until=$((uptime + FLEET_FETCH_SECONDS))
    brought=0
    while :; do
        if is_whole "$shared"; then break; fi
        if claim_fetch; then
            if is_whole "$shared"; then break; fi
            # Somebody takes away what is brought, or changes it. To bring it again and again would never end.
            brought=$((brought + 1))
            if [ "$brought" -ge 3 ]; then
                words="$file_name was put into $FLEET_FETCH_DIR $brought times, and each time another process removed or changed it at once"
                mark_failure "$words"
                fail_step package-fetch "$words"
            fi
        fi
        if [ -s "$shared.failed.$FLEET_FETCH_TOKEN" ]; then
            # It may be gone by now.
            words=$(peek "$shared.failed.$FLEET_FETCH_TOKEN")
            fail_step package-fetch "${words:-another node could not fetch it}"
        fi
        read_uptime
        if [ "$uptime" -ge "$fetch_until" ]; then
            words=$(peek "$shared.claim-node")
            fail_step package-fetch "${words:-another node} did not bring $file_name to $FLEET_FETCH_DIR within $FLEET_FETCH_SECONDS s"
        fi
        stage waiting-for-the-package
        sleep 2
    done
    stage fetching-the-package
    # Installs from a private copy, so that the file that was compared is the file that is installed.
    mkdir -p "$root/var/cache/fleet" 2>/dev/null
    local_file=$root/var/cache/fleet/$file_name
    # shellcheck disable=SC2016
    limited 120 sh -c 'dd if="$1" bs=1M count=2048 iflag=nofollow,nonblock,fullblock status=none >"$2"' sh "$shared" "$local_file" || fail_step package-fetch "$(said 'the copy')"
    is_whole "$local_file" || fail_step package-fetch "$file_name arrived damaged: its checksum is ${sum%% *}"
    check_signature
    done_step package-fetch "took $file_name from $FLEET_FETCH_DIR"
}

# Whether nobody has touched the claim for two minutes, by the clock of that folder's file system: the node's own
# clock may differ by more.
is_abandoned() {
    touched=$(mktemp "$shared.look.XXXXXX" 2>/dev/null)
    # shellcheck disable=SC2046
    set -- $(stat -c %Y "$touched" "$shared.claim" 2>/dev/null)
    rm -f "$touched" 2>/dev/null
    [ "$#" = 2 ] && [ $(($1 - $2)) -gt 120 ]
}
# Removes claims and failures of runs that ended long ago.
sweep_folder() {
    find "$FLEET_FETCH_DIR" -maxdepth 1 \( -name "${module_prefix:-$module_package}*.claim*" -o -name "${module_prefix:-$module_package}*.failed.*" \) \
        ! -path "$shared.claim" -mmin +1440 -exec rm -rf {} + 2>/dev/null
}

# The node that makes the claim folder downloads, and touches the folder while it lives; returns true when the package
# may be there now. A claim that nobody touches belongs to a dead node; only one node can rename it away.
claim_fetch() {
    if ! mkdir "$shared.claim" 2>"$work/claim"; then
        # Decides by the message, because the folder itself may be gone by now.
        case $(cat "$work/claim") in
        *'File exists'*) ;;
        *) fail_step package-fetch "cannot write in $FLEET_FETCH_DIR: $(sed 's/^[^:]*: //' "$work/claim" | one_line)" ;;
        esac
        is_abandoned || return 1
        mv "$shared.claim" "$shared.claim.$$.$(uname -n)" 2>/dev/null && rm -rf "$shared.claim.$$.$(uname -n)" 2>/dev/null
        return 1
    fi
    # The package may have arrived between the look and the claim, or an earlier node of this run may have failed.
    if is_whole "$shared" || [ -s "$shared.failed.$FLEET_FETCH_TOKEN" ]; then
        rm -rf "$shared.claim" 2>/dev/null
        is_whole "$shared"
        return
    fi
    mkdir -p "$root/var/cache/fleet" 2>/dev/null
    # Of a claim before, whose package is gone.
    [ -z "$fetched" ] || rm -rf "$fetched"
    fetched=$(mktemp -d "$root/var/cache/fleet/fetch.XXXXXX" 2>"$work/claim") || fetch_failed "$(one_line <"$work/claim")" || return 1
    uname -n >"$work/node"
    # Beside the claim and not in it: root of another node may have put a link to any folder in its place.
    place "$work/node" "$shared.claim-node" 2>/dev/null
    while sleep 20; do touch -c -h "$shared.claim"; done </dev/null >/dev/null 2>&1 9>&- &
    beat=$!
    sweep_folder
    case $manager in
    apt)
        # Not as the user _apt, who may not write there.
        # shellcheck disable=SC2016
        managed fetching-the-package 300 sh -c 'cd "$1" && exec apt-get -q -o APT::Sandbox::User=root download "$2"' sh \
            "$fetched" "$module_package=$candidate"
        ;;
    *) managed fetching-the-package 300 "$manager" -y -q --downloadonly --downloaddir="$fetched" "$fetch_verb" "$module_package" ;;
    esac || fetch_failed "$(said 'the download' '^(E|W|Err)|rror|annot|ailed')" || return 1
    set -- "$fetched/$module_package"[-_]*
    [ -f "$1" ] || fetch_failed "the download left no file of $module_package" || return 1
    sum=$(sha256sum "$1" 2>/dev/null)
    [ -z "$file_sum" ] || [ "${sum%% *}" = "$file_sum" ] || fetch_failed "$file_name arrived damaged: its checksum is ${sum%% *}, not the index's $file_sum" || return 1
    printf '%s\n' "${sum%% *}" >"$work/sum"
    { chmod 644 "$1" "$work/sum" && place "$work/sum" "$shared.sha256" && place "$1" "$shared"; } 2>"$work/claim" ||
        fetch_failed "$(one_line <"$work/claim")" || return 1
    end_claim
}
# False when another node took this node for dead and made a claim of its own.
owns_claim() { [ "$(peek "$shared.claim-node")" = "$(uname -n)" ]; }
end_claim() {
    kill "$beat" 2>/dev/null
    beat=
    # The name goes first: once the claim is gone, the name may be the next node's.
    ! owns_claim || rm -rf "$shared.claim-node" "$shared.claim" 2>/dev/null
}
# mark_failure WORDS: tells the other nodes of this run.
mark_failure() {
    printf '%s could not fetch it: %s\n' "$(uname -n)" "$1" >"$work/failed"
    place "$work/failed" "$shared.failed.$FLEET_FETCH_TOKEN" 2>/dev/null
}
# Returns only if another node holds the claim by now: then this node waits for that node's package.
fetch_failed() {
    if ! owns_claim; then
        end_claim
        return 1
    fi
    mark_failure "$1"
    end_claim
    fail_step package-fetch "$1"
}
