# Tasks that already wait for a file system, in state D or I: the waits of Lustre show as I, and KILL does not end
# them either.

# Sets `frames` to the stack of task PID/TID, or to the function in which it waits; to nothing when the caller may not
# read it.
frames_of() {
    task_folder=$root/proc/$1/task/$2
    frames=$(cat "$task_folder/stack" 2>/dev/null) ||
        { sudo_answers && frames=$(timeout --foreground -k 1 5 sudo -n cat "$task_folder/stack" 2>/dev/null); } ||
        { read -r frames <"$task_folder/wchan"; } 2>/dev/null
    [ "$frames" != 0 ] || frames=
}

# Sets `frame` to the first frame that shows what a task waits for, and `waits_for` to lustre or nfs.
look_into() {
    frame='' waits_for=''
    frames_of "$1" "$2"
    while read -r line; do
        line=${line##*] }
        line=${line%%+*}
        case $line in
        ptlrpc_* | ldlm_* | cl_* | ll_* | lov_* | osc_* | mdc_* | mgc_* | lmv_* | vvp_* | obd_* | lustre_* | lnet_* | LNet*) waits_for=lustre ;;
        nfs_* | nfs4_* | nfs3_* | rpc_* | __rpc_* | xprt_*) waits_for=nfs ;;
        *) continue ;;
        esac
        frame=${line%% *}
        return
    done <<FRAMES
$frames
FRAMES
}

# Keeps in `suspects` only the tasks that have not run since.
keep_waiting() {
    kept=
    for suspect in $suspects; do
        # PID/TID/STATE/SWITCHES/NAME/WHAT/FRAME
        pid=${suspect%%/*}
        rest=${suspect#*/}
        tid=${rest%%/*}
        rest=${rest#*/*/}
        switches=
        { read -r _ _ switches <"$root/proc/$pid/task/$tid/schedstat"; } 2>/dev/null || continue
        [ "$switches" != "${rest%%/*}" ] || kept="$kept $suspect"
    done
    suspects=$kept
}

# Prints the tasks that have waited for at least 5 s: on a busy file system shorter waits are normal.
report_tasks() {
    suspects=
    looked=0
    unread=0
    while read -r pid tid state name; do
        case $pid in task=*) pid=${pid#task=} ;; *) continue ;; esac
        { read -r _ _ switches <"$root/proc/$pid/task/$tid/schedstat"; } 2>/dev/null || continue
        [ "$looked" -lt 32 ] || break
        looked=$((looked + 1))
        look_into "$pid" "$tid"
        if [ -n "$waits_for" ]; then
            suspects="$suspects $pid/$tid/$state/$switches/$name/$waits_for/$frame"
        elif [ -z "$frames" ]; then
            unread=$((unread + 1))
        fi
    done <<SURVEY
$survey
SURVEY
    [ "$unread" = 0 ] || say tasks_unread "$unread"
    stuck_lustre='' stuck_nfs=''
    [ -n "$suspects" ] || return 0
    sleep 1
    keep_waiting
    [ -n "$suspects" ] || return 0
    sleep 4
    keep_waiting
    for suspect in $suspects; do
        parts=$IFS
        IFS=/
        # shellcheck disable=SC2086
        set -- $suspect
        IFS=$parts
        say stuck "$6 $1 $3 $5 $7"
        case $6 in lustre) stuck_lustre=1 ;; nfs) stuck_nfs=1 ;; esac
    done
}
