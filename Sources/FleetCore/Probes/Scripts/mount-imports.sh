# What the client knows of its servers, without asking them. Never lctl ping, lfs check servers or health_check: these
# wedge, or say healthy with a server dead.

# shellcheck disable=SC2016
imports_program='
    # Names of parameters: osc.czrc3amv-OST0000-osc-ffff9c2f.state= and mgc.MGC10.1.30.23@tcp.import=
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
    field == "target_obd" && /INACTIVE/ { sub(/_UUID.*/, "", $2); inactive[$2] = 1; print "inactive=" $2 }
    END {
        for (i = 1; i <= targets; i++) {
            target = order[i]
            if (state[target] == "?" || target in inactive) continue
            printf "import=%s %s %d %s %s\n", target, state[target], evicted[target], at[target] ? at[target] : "-", \
                nid[target] != "" ? nid[target] : "-"
            if (at[target]) dated = 1
        }
        if (dated) print "dated=1"
    }'

read_imports() {
    # Its exit code says only that one of the names has no match.
    # shellcheck disable=SC2086
    bounded 5 "$1" $elevate lctl get_param 'mdc.*.import' 'osc.*.import' 'mgc.*.import' 'mdc.*.state' 'osc.*.state' \
        'mgc.*.state' 'lov.*.target_obd'
    [ "$status" != late ] || return 1
    imports=$(awk "$imports_program" "$scratch/$1.out")
    case $imports in *import=*) ;; *) return 1 ;; esac
}

# Whether every server is connected; an object server that has had nothing to do for a while is IDLE.
all_connected() {
    while read -r target state _; do
        case $target:$state in import=MGC* | *:FULL | *:IDLE | inactive=* | dated=*) ;; *) return 1 ;; esac
    done <<IMPORTS
$imports
IMPORTS
}

# Prints the imports; sets `connected` to yes, no, or nothing where they cannot be read.
report_imports() {
    connected=
    imports=
    elevate=
    if ! command -v lctl >/dev/null 2>&1; then
        say imports_unread 'no lctl on the node'
        return
    fi
    make_scratch || return 0
    # Some of them only root may read; those are asked for with sudo only then.
    if ! read_imports imports; then
        why=$(one_line 2>/dev/null <"$scratch/imports.err")
        elevate='sudo -n'
        if [ "$(id -u)" = 0 ] || ! command -v sudo >/dev/null 2>&1 || ! read_imports imports2; then
            say imports_unread "${why:-lctl did not answer}"
            return
        fi
    fi
    if all_connected; then
        connected=yes
    else
        # One that is just being connected is no finding: the second look counts.
        before=$imports
        sleep 2
        read_imports imports3 || imports=$before
        if all_connected; then connected=yes; else connected=no; fi
    fi
    printf '%s\n' "$imports"
    case $imports in *dated=1*) say now "$(date +%s)" ;; esac
}
