# The second half of every job that fleet sends. Set before it: run node nonce directory limit grace
# wants_root begin_in, and the payload as "$@". What it must do, whatever the payload does: leave one record.
job=${SLURM_JOB_ID:-local}
umask 077
# A TERM for the job (time limit, scancel) is the payload's; this shell stays to write the record.
trap : TERM INT HUP

cd "$directory/records" 2>/dev/null || exit 81
[ "$(cat ../nonce 2>/dev/null)" = "$nonce" ] || exit 82
out=.$node.$job.out
err=.$node.$job.err
whole=.$node.$job.record
# The first file tells the head that the payload is being started.
# true(1), not ':': a failing redirection of a special builtin would end the shell with its own code.
{ true >"$out" && true >"$err"; } 2>/dev/null || exit 83

# /proc/uptime is monotonic and needs no process; its text without the dot counts hundredths.
uptime_hundredths() {
    read -r uptime rest </proc/uptime
    uptime=${uptime%.*}${uptime#*.}
    printf '%s\n' "${uptime#"${uptime%%[!0]*}"}"
}

elevate=
if [ "$wants_root" = 1 ] && [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then
    elevate='sudo -n'
fi

began=$(uptime_hundredths)
# timeout(1) makes itself the leader of a process group; the inner shell becomes timeout and has said its
# pid before, so that the whole group can be ended afterwards.
# shellcheck disable=SC2016
group=$(
    sh -c 'echo $$; elevate=$1 grace=$2 limit=$3; cd "$4" || cd /; shift 4
        exec $elevate timeout -k "$grace" "$limit" "$@" >&3 2>&4 3>&- 4>&-' \
        sh "$elevate" "$grace" "$limit" "$begin_in" "$@" 3>"$out" 4>"$err" </dev/null 2>/dev/null
)
status=$?
ended=$(uptime_hundredths)
kill -KILL "-$group" 2>/dev/null

hundredths=$((ended - began))
timed_out=0
# 124 is what timeout(1) says after a TERM, 137 after a KILL; a payload may say so too, but not this late.
case $status in
124 | 137) [ "$hundredths" -ge $((limit * 100 - 5)) ] && timed_out=1 ;;
esac

out_size=$(wc -c <"$out") && err_size=$(wc -c <"$err") || exit 84
{
    head -c "$out_size" "$out" &&
        head -c "$err_size" "$err" &&
        printf '\nfleet-record/1 run=%s node=%s nonce=%s job=%s status=%d timed_out=%d hundredths=%d stdout=%d stderr=%d\n' \
            "$run" "$node" "$nonce" "$job" "$status" "$timed_out" "$hundredths" "$out_size" "$err_size"
} >"$whole" 2>/dev/null && mv -f "$whole" "$node" 2>/dev/null || exit 84
rm -f "$out" "$err"
exit 0
