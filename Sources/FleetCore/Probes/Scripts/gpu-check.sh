# Asks nvidia-smi once. Its standard error goes to the record's; its standard output stands between the marks.
# Errors often come on standard output, so it is kept whatever the exit code says.
LC_ALL=C
export LC_ALL
printf '@fleet begin nvidia-smi\n'
if command -v nvidia-smi >/dev/null 2>&1; then
    answer=$(timeout -k 2 "$FLEET_TOOL_SECONDS" nvidia-smi -q -x)
    status=$?
else
    answer=
    status=127
fi
# supported_clocks is more than half of the answer and says nothing about health.
printf '%s\n' "$answer" | sed '/<supported_clocks>/,/<\/supported_clocks>/d'
printf '@fleet end nvidia-smi exit=%s\n' "$status"
