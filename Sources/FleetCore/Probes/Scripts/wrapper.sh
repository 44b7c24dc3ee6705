# The second half of every job that fleet sends. Set before it: run node nonce directory limit grace
# wants_root begin_in, and the payload as "$@". What it must do, whatever the payload does: leave one record.
job=${SLURM_JOB_ID:-local}
umask 077

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

# Runs the payload with its rights: only who has them can end its whole process group afterwards.
# timeout(1) makes itself the leader of that group, and gives the payload back the INT and QUIT that a shell
# takes from what it starts in the background.
# shellcheck disable=SC2016
runner='
    grace=$1 limit=$2
    cd "$3" || cd /
    shift 3
    timeout -k "$grace" "$limit" "$@" &
    group=$!
    trap "kill -TERM -$group" TERM INT HUP
    while :; do
        wait "$group"
        status=$?
        kill -0 "$group" 2>/dev/null || break
    done
    kill -KILL "-$group" 2>/dev/null
    exit "$status"'

ended=0
# A TERM for the job (time limit, scancel) is passed on; this shell stays to write the record.
trap 'ended=1; $elevate kill -TERM "$child" 2>/dev/null' TERM INT HUP
began=$(uptime_hundredths)
$elevate sh -c "$runner" sh "$grace" "$limit" "$begin_in" "$@" >"$out" 2>"$err" </dev/null &
child=$!
while :; do
    wait "$child"
    status=$?
    kill -0 "$child" 2>/dev/null || [ -d "/proc/$child" ] || break
done
hundredths=$(($(uptime_hundredths) - began))

timed_out=0
# 124 is what timeout(1) says after a TERM, 137 after a KILL; a payload may say so too, but not this late.
case $status in
124 | 137) [ "$hundredths" -ge $((limit * 100 - 5)) ] && timed_out=1 ;;
esac

out_size=$(wc -c <"$out") && err_size=$(wc -c <"$err") || exit 84
{
    head -c "$out_size" "$out" &&
        head -c "$err_size" "$err" &&
        printf '\nfleet-record/1 run=%s node=%s nonce=%s job=%s status=%d timed_out=%d ended=%d hundredths=%d stdout=%d stderr=%d\n' \
            "$run" "$node" "$nonce" "$job" "$status" "$timed_out" "$ended" "$hundredths" "$out_size" "$err_size"
} >"$whole" 2>/dev/null && mv -f "$whole" "$node.$job" 2>/dev/null || exit 84
rm -f "$out" "$err"
exit 0
