# The operator's repair: look, plan, and only the steps this node needs. The plan is printed before anything is changed
# (plan=STEP COMMAND), a step when it is over (step=NAME done|failed MESSAGE). The mount table decides at the end, as check-mount reads it.

wait_for_lock() {
    # Two fleets at once on one node would both install: the second waits, then finds nothing to do.
    lock=$root/run/fleet-mount-lustre.lock
    { true >>"$lock"; } 2>/dev/null || fail_step lock "cannot write $lock"
    exec 9>>"$lock"
    if ! flock -n 9; then
        stage waiting-for-another-repair
        time_left
        [ "$left" -lt "$FLEET_LOCK_SECONDS" ] || left=$FLEET_LOCK_SECONDS
        flock -w "$left" 9 || fail_step lock "another mount-lustre has been at work on this node for $left s"
    fi
    # Left by one that was killed: who holds the lock is alone.
    rm -rf "$root"/run/fleet-mount.*
}

[ -z "$FLEET_TO_KERNEL" ] || plan_kernel
if [ "$(id -u)" != 0 ]; then
    fail_step rights "needs root or password-less sudo on this node (user $(id -un))"
fi
if ! rehearses; then
    wait_for_lock
    if is_all_right; then
        say already 1
        finish
    fi
fi

open=
each_mount look_at_mount
if [ -n "$open" ]; then
    plan_packages
    plan_module
fi
each_mount plan_mount
! rehearses || finish
if [ -n "$open" ]; then
    install_packages
    load_module
    raise_lnet
fi
each_mount bring_up
finish
