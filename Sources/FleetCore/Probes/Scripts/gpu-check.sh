# Asks nvidia-smi once. Its standard error goes to the record's; its standard output stands between the marks.
# Errors often come on standard output, so it is kept whatever the exit code says.
LC_ALL=C
export LC_ALL
printf '@fleet begin nvidia-smi\n'
if command -v nvidia-smi >/dev/null 2>&1; then
    answer=$(timeout --foreground -k 2 "$FLEET_TOOL_SECONDS" nvidia-smi -q -x)
    status=$?
else
    answer=
    status=127
fi
# supported_clocks is more than half of the answer and says nothing about health. One that stands in a line
# of its own (N/A) goes first: a range never ends in the line it begins in.
printf '%s\n' "$answer" | sed -e '/<supported_clocks>.*<\/supported_clocks>/d' \
    -e '/<supported_clocks>/,/<\/supported_clocks>/d'
printf '@fleet end nvidia-smi exit=%s\n' "$status"
