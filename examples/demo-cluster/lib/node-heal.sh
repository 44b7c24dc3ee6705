# shellcheck shell=bash
# Runs inside a node, as root, after its settings were removed. `causes` removes the causes of a fault and leaves the
# repair to others; `all` makes the node healthy. Does nothing to a healthy node.
# usage: bash -s causes|all     (DEMO_CLUSTER and DEMO_LIB in the environment)
set -euo pipefail
# shellcheck source=node-mount.sh
. "$DEMO_LIB/node-mount.sh"

is_mounted_well() {
    local -a mounts
    mapfile -t mounts < <(grep ' /lustre ' /proc/mounts)
    [[ ${#mounts[@]} -eq 1 && ${mounts[0]} == '10.1.30.23@tcp:/czrc3amv /lustre tmpfs rw,'* ]]
}

heal_packages() {
    purge_package fleet-demo-interrupting
    purge_package lustre-client-utils
    restore_helper
    install_kernel_package "$kernel"
    purge_kernel_package "$previous"
    purge_package "linux-image-$next"
    # apt's lists may belong to another repository, or be gone: the candidates show that.
    if [[ $(apt-cache policy "lustre-client-modules-$kernel") != *"Candidate: 2.15.6-1fsx21"* ]] ||
        [[ $(apt-cache policy "lustre-client-modules-$previous") != *"Candidate: 2.15.6-1fsx21"* ]]; then
        apt-get -q update >/dev/null
    fi
}

heal_mount() {
    end_mount_helpers
    if is_mounted_well; then return; fi
    unmount_lustre
    mkdir -p /lustre
    modprobe lustre
    mount /lustre
}

if [[ ! -e /usr/bin/nvidia-smi ]]; then cp -p "$support/nvidia-smi" /usr/bin/nvidia-smi; fi
remove_causes
if [[ $1 == all ]]; then
    heal_packages
    heal_mount
fi
