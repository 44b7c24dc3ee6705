# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# Settings of a node's stand-ins, and ready-made faults made of them.

readonly scenarios='gpu-lost gpu-missing gpu-driver gpu-mismatch gpu-hang gpu-remap gpu-hot gpu-absent gpu-xid
lustre-module lustre-no-package lustre-unmounted lustre-unloadable lustre-hang lustre-dead no-sudo'

# setting_file NODE KEY: sets REPLY.
setting_file() {
    local node=$1 key=$2
    [[ $key =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$ ]] ||
        usage_error "a key is made of letters, digits, '_', '.', '-' and '/': '$key'"
    REPLY=$cluster/nodes/$node/standin/$key
}

# set_key NODE KEY VALUE: the stand-ins see the old value or the new one, never half of it.
set_key() {
    local value=$3 file
    setting_file "$1" "$2"
    file=$REPLY
    mkdir -p "$(dirname "$file")"
    if [[ $value == - ]]; then
        cat >"$file.new.$$"
    else
        printf '%s\n' "$value" >"$file.new.$$"
    fi
    mv "$file.new.$$" "$file"
}

unset_key() {
    setting_file "$1" "$2"
    rm -rf "$REPLY"
}

# gpu_or_last INDEX: a node with few GPUs has the fault on its last one.
gpu_or_last() { printf '%d' $(($1 < gpus ? $1 : gpus - 1)); }

# xid_log INDEX: the kernel log of a node whose GPU fell off the bus, as driver 570 writes it.
xid_log() {
    local place
    place=$(printf '0000:%02x:%02x' $(($1 / 4)) $((0x1B + $1 % 4)))
    cat <<LOG
[    0.000000] Linux version $current_kernel (buildd@lcy02-amd64-081) (x86_64-linux-gnu-gcc-11) #45~22.04.1-Ubuntu SMP
[    8.004175] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  570.172.08
[  212.100233] NVRM: GPU at PCI:$place: GPU-00000000-0000-0000-0000-000000000000
[  212.100241] NVRM: Xid (PCI:$place): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
[  212.100249] NVRM: GPU $place.0: GPU has fallen off the bus.
[  212.101118] NVRM: Xid (PCI:$place): 45, pid=4711, name=python, Ch 00000008
LOG
}

break_gpu() {
    local node=$1
    ((gpus > 0)) || die "cluster '$name' has no GPUs"
    case $2 in
    gpu-lost) set_key "$node" "nvidia-smi/gpu/$(gpu_or_last 2)/lost" 1 ;;
    gpu-missing) set_key "$node" nvidia-smi/count $((gpus - 1)) ;;
    gpu-driver)
        set_key "$node" nvidia-smi/output "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
        set_key "$node" nvidia-smi/exit 9
        ;;
    gpu-mismatch)
        set_key "$node" nvidia-smi/output $'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.172'
        set_key "$node" nvidia-smi/exit 18
        ;;
    gpu-hang) set_key "$node" nvidia-smi/delay forever ;;
    gpu-remap)
        set_key "$node" "nvidia-smi/gpu/$(gpu_or_last 1)/remapped_row_pending" Yes
        set_key "$node" "nvidia-smi/gpu/$(gpu_or_last 1)/remapped_row_unc" 1
        set_key "$node" "nvidia-smi/gpu/$(gpu_or_last 1)/recovery_action" Reset
        ;;
    gpu-xid) set_key "$node" kernel-log "$(xid_log "$(gpu_or_last 3)")" ;;
    gpu-hot) set_key "$node" nvidia-smi/gpu/0/temperature 97 ;;
    gpu-absent) node_script "$node" "$lib/node-break.sh" gpu-absent ;;
    *) unknown_scenario "$2" ;;
    esac
}

break_lustre() {
    local node=$1 scenario=$2
    case $scenario in
    lustre-unloadable) set_key "$node" module unloadable ;;
    lustre-hang) set_key "$node" mount hang ;;
    lustre-dead) set_key "$node" mount unresponsive ;;
    esac
    node_script "$node" "$lib/node-break.sh" "$scenario"
}

break_node() {
    local node=$1 scenario=$2
    require_full 'break'
    case $scenario in
    gpu-*) break_gpu "$node" "$scenario" ;;
    lustre-module | lustre-no-package | lustre-unmounted | lustre-unloadable | lustre-hang | lustre-dead)
        break_lustre "$node" "$scenario"
        ;;
    no-sudo) node_script "$node" "$lib/node-break.sh" no-sudo ;;
    *) unknown_scenario "$scenario" ;;
    esac
}

unknown_scenario() { usage_error "there is no scenario '$1'; there are: ${scenarios//$'\n'/ }"; }

heal_node() {
    local node=$1 settings=$cluster/nodes/$1/standin
    require_full 'heal'
    # The directory itself is bound into the node and must stay.
    find "$settings" -mindepth 1 -delete
    node_script "$node" "$lib/node-heal.sh"
}
