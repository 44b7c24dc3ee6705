#!/bin/bash
# Process 1 of a --light cluster: all its slurmds and jobs are in one PID namespace, so killing this process ends all.
# usage: light-init.sh DIRECTORY (DEMO_LIB in the environment)
set -euo pipefail
# shellcheck source=common.sh
. "$DEMO_LIB/common.sh"

record_self "$1/init.pid"
mount -t proc proc /proc
mkfifo "$1/init.fifo"
exec 3<>"$1/init.fifo"
: >"$1/ready"
while :; do read -r _ <&3 || :; done
