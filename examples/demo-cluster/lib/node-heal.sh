# shellcheck shell=bash
# Runs inside a node, as root, when its settings are gone already: undoes every fault, and does
# nothing to a healthy node.      usage: bash -s     (DEMO_CLUSTER and DEMO_LIB in the environment)
set -euo pipefail
# shellcheck source=node-mount.sh
. "$DEMO_LIB/node-mount.sh"

support=/usr/lib/fleet-standin

heal_files() {
    if [[ ! -e /usr/bin/nvidia-smi ]]; then cp -p "$support/nvidia-smi" /usr/bin/nvidia-smi; fi
    if [[ ! -e /etc/sudoers.d/fleet-demo ]]; then
        install -m 0440 "$support/sudoers" /etc/sudoers.d/fleet-demo
    fi
}

is_mounted_well() {
    local -a mounts
    mapfile -t mounts < <(grep ' /lustre ' /proc/mounts)
    [[ ${#mounts[@]} -eq 1 && ${mounts[0]} == '10.1.30.23@tcp:/czrc3amv /lustre tmpfs rw,'* ]]
}

heal_files
use_repository full
install_kernel_package "$kernel"
purge_kernel_package "$previous"
end_mount_helpers
if ! is_mounted_well; then
    unmount_lustre
    mkdir -p /lustre
    modprobe lustre
    mount /lustre
fi
