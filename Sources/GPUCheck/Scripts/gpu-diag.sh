# Runs DCGM's diagnostic once. Its standard output, JSON with messages around it, is between the marks. dcgmi writes
# error messages to either stream, so both are kept with any exit code.
LC_ALL=C
export LC_ALL
printf '@fleet begin dcgmi\n'
if command -v dcgmi >/dev/null 2>&1; then
    timeout --foreground -k 5 "$FLEET_TOOL_SECONDS" dcgmi diag -r "$FLEET_DIAG_LEVEL" -j
    status=$?
else
    status=127
fi
printf '\n@fleet end dcgmi exit=%s\n' "$status"
