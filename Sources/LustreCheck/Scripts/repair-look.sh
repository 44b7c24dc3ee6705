# The first look. The shell has not read the rest of the repair yet, and a healthy node ends here.

# These functions are called by their names.
# shellcheck disable=SC2317
report_one() {
    say report "$point"
    report_mount
}
finish() {
    if ! rehearses; then
        # A healthy node is checked so fast that a stage would never be seen.
        [ -z "$tells_stages" ] || stage checking-the-mount
        each_mount report_one
    fi
    say end 1
    exit "$failed"
}
# shellcheck disable=SC2317
note_wrong() { mounted_right || all_right=no; }
# A missing entry in fstab, or one with another source, breaks the next boot.
# shellcheck disable=SC2317
note_entry() {
    [ -n "$FLEET_SOURCE" ] || return 0
    line=$(fstab_entry)
    if [ -z "$line" ]; then
        [ "$FLEET_PERSIST" != 1 ] || all_right=no
    elif [ "${line% *}" != "$FLEET_SOURCE" ]; then
        all_right=no
    fi
}
is_all_right() {
    all_right=yes
    each_mount note_wrong
    [ -z "$FLEET_ENTRIES" ] || each_mount note_entry
    [ "$all_right" = yes ]
}

if [ -z "$FLEET_TO_KERNEL" ]; then
    list_mounts
    if is_all_right; then
        say already 1
        finish
    fi
fi
