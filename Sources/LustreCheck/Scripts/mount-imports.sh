# What the client knows about its servers, without asking them. lctl ping, lfs check servers and health_check are
# never used: they hang, or report a dead server as healthy.

# shellcheck disable=SC2016
imports_program='
    # Parameter names look like osc.czrc3amv-OST0000-osc-ffff9c2f.state= and mgc.MGC10.1.30.23@tcp.import=
    /^[a-z]+\..*\.(state|import|target_obd)=/ {
        kind = substr($0, 1, index($0, ".") - 1)
        field = $0
        sub(/=.*/, "", field)
        sub(/.*\./, "", field)
        target = substr($0, length(kind) + 2)
        sub(/\.(state|import|target_obd)=.*/, "", target)
        sub(/-(osc|mdc|mgc)-.*/, "", target)
        if (kind != "lov" && !(target in state)) { order[++targets] = target; state[target] = "?" }
        next
    }
    field == "state" && /^current_state:/ { state[target] = $2; next }
    field == "state" && /EVICTED/ {
        evicted[target]++
        time = $0
        gsub(/[^0-9 ]/, " ", time)
        split(time, words, " ")
        if (words[1] + 0 > at[target] + 0) at[target] = words[1]
        next
    }
    field == "import" && /^ *state:/ && state[target] == "?" { state[target] = $2; next }
    field == "import" && /current_connection:/ { nid[target] = $2; gsub(/["\047]/, "", nid[target]); next }
    field == "target_obd" && /INACTIVE/ { sub(/_UUID.*/, "", $2); inactive[$2] = 1; print tag "inactive=" $2; next }
    field == "" && why == "" { why = substr($0, 1, 200) }
    END {
        for (i = 1; i <= targets; i++) {
            target = order[i]
            if (state[target] == "?" || target in inactive) continue
            printf "%simport=%s %s %d %s %s\n", tag, target, state[target], evicted[target], at[target] ? at[target] : "-", \
                (nid[target] != "") ? nid[target] : "-"
            if (at[target]) dated = 1
        }
        if (dated) print tag "dated=1"
        if (!targets && why != "") print tag "why=" why
    }'

# Runs in a child. The exit code of lctl only says that one of the names has no match.
list_imports() {
    # shellcheck disable=SC2086
    $elevate lctl get_param 'mdc.*.import' 'osc.*.import' 'mgc.*.import' 'mdc.*.state' 'osc.*.state' 'mgc.*.state' \
        'lov.*.target_obd' 2>&1 | awk -v tag="$tag" "$imports_program"
}

# Sets `imports`, or sets `why` to the reason why they cannot be read.
read_imports() {
    imports=
    if ! bounded 5 0 list_imports; then
        why='lctl did not answer in 5 s'
        return 1
    fi
    case $said in
    *import=*) imports=$said ;;
    *)
        why=${said%%
*}
        why=${why#why=}
        return 1
        ;;
    esac
}

# Whether every server is connected; an object server that was not used for a while is IDLE.
all_connected() {
    while read -r target state _; do
        case $target:$state in : | import=MGC* | *:FULL | *:IDLE | inactive=* | dated=*) ;; *) return 1 ;; esac
    done <<IMPORTS
$imports
IMPORTS
}

# Prints the imports; sets `connected` to yes, no, or nothing when they cannot be read.
report_imports() {
    connected=
    imports=
    elevate=
    if ! command -v lctl >/dev/null 2>&1; then
        say imports_unread 'no lctl on the node'
        return
    fi
    # Only root may read some of them; sudo is used only when they cannot be read without it.
    if ! read_imports; then
        elevate='sudo -n'
        first=$why
        if [ "$(id -u)" = 0 ] || ! sudo_answers || ! read_imports; then
            first=${first:-lctl named no connection}
            # The kernel shows other users fewer names, so lctl reports files as missing.
            [ "$(id -u)" = 0 ] || first="only root may read them, and $(id -un) has no password-less sudo (lctl: $first)"
            say imports_unread "$first"
            return
        fi
    fi
    if all_connected; then
        connected=yes
    else
        # A connection that is just being made is no finding, so a second look decides.
        before=$imports
        sleep 2
        read_imports || imports=$before
        if all_connected; then connected=yes; else connected=no; fi
    fi
    printf '%s' "$imports"
    case $imports in *dated=1*) say now "$(date +%s)" ;; esac
}
