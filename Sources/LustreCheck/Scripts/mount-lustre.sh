# The repair: look, plan, and run only the steps that this node needs. The plan is printed before anything is changed
# (plan=STEP COMMAND), and each step after it has ended (step=NAME done|failed MESSAGE). At the end the mount table
# decides, read in the same way as in check-mount.

wait_for_lock() {
    # If two fleets ran on one node at once, both would install. The second one waits, and then finds nothing to do.
    lock=$root/run/fleet-mount-lustre.lock
    { true >>"$lock"; } 2>/dev/null || fail_step lock "cannot write $lock"
    exec 9>>"$lock"
    if ! flock -n 9; then
        stage waiting-for-another-repair
        time_left
        [ "$left" -lt "$FLEET_LOCK_SECONDS" ] || left=$FLEET_LOCK_SECONDS
        flock -w "$left" 9 || fail_step lock "another mount-lustre has been at work on this node for $left s"
    fi
    # A killed run left these; whoever holds the lock is the only one running.
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
