# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# The settings of a node's stand-ins, and ready-made faults that are made of them.

readonly gpu_scenarios='gpu-lost gpu-missing gpu-driver gpu-mismatch gpu-hang gpu-remap gpu-hot gpu-absent gpu-xid'
# Faults of the module's package, of the mount, and of a mounted file system; some need no change inside the node.
readonly package_scenarios='lustre-module lustre-no-package lustre-removes lustre-kernel lustre-removed
lustre-stale-index lustre-mirror-down lustre-dpkg-lock lustre-lists-lock lustre-dpkg-interrupted lustre-disk-full
lustre-postinst'
readonly mount_scenarios='lustre-unmounted lustre-unloadable lustre-unregistered lustre-hang lustre-dead lustre-frozen
lustre-read-only lustre-no-helper lustre-no-directory lustre-hidden-files lustre-no-fstab lustre-wrong-source
lustre-no-dns lustre-refused lustre-firewall lustre-incompatible lustre-automount lustre-armed lustre-automount-hang
lustre-next-boot'
readonly client_scenarios='lustre-evicted lustre-disconnected lustre-ost-full lustre-ost-hang'
readonly scenarios="$gpu_scenarios $package_scenarios $mount_scenarios $client_scenarios no-sudo"

# setting_file NODE KEY: sets REPLY.
setting_file() {
    local node=$1 key=$2
    [[ $key =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$ ]] ||
        usage_error "a key is made of letters, digits, '_', '.', '-' and '/': '$key'"
    REPLY=$cluster/nodes/$node/standin/$key
}

# set_key NODE KEY VALUE: the stand-ins read the old value or the new one, never a part.
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

# gpu_or_last INDEX: on a node with fewer GPUs, the last one gets the fault.
gpu_or_last() { printf '%d' $(($1 < gpus ? $1 : gpus - 1)); }

# xid_log INDEX: the kernel log of a node with a GPU that fell off the bus, in the words of driver 570.
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

# is_among WORD WORDS
is_among() {
    local words=${2//$'\n'/ }
    [[ " $words " == *" $1 "* ]]
}

# eviction_log: the kernel's messages when a server has evicted a client, in the words of release 2.15.
eviction_log() {
    cat <<'LOG'
[   14.902377] Lustre: Mounted czrc3amv-client
[  912.118404] Lustre: czrc3amv-OST0001-osc-ffff9a7c0bd0f000: Connection to czrc3amv-OST0001 (at 10.1.30.23@tcp) was lost; in progress operations using this service will wait for recovery to complete
[  919.400012] LustreError: 167-0: czrc3amv-OST0001-osc-ffff9a7c0bd0f000: This client was evicted by czrc3amv-OST0001; in progress operations using this service will fail.
[  919.400377] Lustre: czrc3amv-OST0001-osc-ffff9a7c0bd0f000: Connection restored to 10.1.30.23@tcp (at 10.1.30.23@tcp)
LOG
}

# set_lustre NODE SCENARIO: sets the stand-ins' settings for the scenario.
set_lustre() {
    local node=$1
    case $2 in
    lustre-unloadable) set_key "$node" module unloadable ;;
    lustre-unregistered) set_key "$node" module unregistered ;;
    lustre-hang) set_key "$node" mount hang ;;
    lustre-refused | lustre-firewall) set_key "$node" mount timeout ;;
    lustre-incompatible) set_key "$node" mount io ;;
    lustre-dead) set_key "$node" mount unresponsive ;;
    lustre-frozen) set_key "$node" mount ext4 ;;
    lustre-automount-hang) set_key "$node" automount never ;;
    lustre-evicted)
        set_key "$node" lctl/evicted/OST0001 600
        set_key "$node" kernel-log "$(eviction_log)"
        ;;
    lustre-disconnected) set_key "$node" lctl/import/OST0001 DISCONN ;;
    lustre-ost-full) set_key "$node" lfs/used/OST0001 100 ;;
    lustre-ost-hang) set_key "$node" lfs/delay forever ;;
    esac
}

# lock_seconds NODE: sets REPLY to the time for which the locks of a scenario are held.
lock_seconds() {
    setting_file "$1" lock-seconds
    if [[ -r $REPLY ]]; then read -r REPLY <"$REPLY"; else REPLY=20; fi
}

break_lustre() {
    local node=$1 scenario=$2
    set_lustre "$node" "$scenario"
    if is_among "$scenario" "$client_scenarios"; then return; fi
    lock_seconds "$node"
    node_script "$node" "$lib/node-break.sh" "$scenario" "$REPLY"
    case $scenario in
    lustre-frozen) freeze_node "$node" ;;
    # Set only now, because the node's other package must be installed without a fault first.
    lustre-postinst) set_key "$node" package-fails 1 ;;
    esac
}

break_node() {
    local node=$1 scenario=$2
    require_full 'break'
    is_among "$scenario" "$scenarios" || unknown_scenario "$scenario"
    case $scenario in
    gpu-*) break_gpu "$node" "$scenario" ;;
    lustre-*) break_lustre "$node" "$scenario" ;;
    no-sudo) node_script "$node" "$lib/node-break.sh" no-sudo ;;
    esac
}

unknown_scenario() { usage_error "there is no scenario '$1'; there are: ${scenarios//$'\n'/ }"; }

# heal_node NODE causes|all
heal_node() {
    local node=$1 settings=$cluster/nodes/$1/standin
    require_full 'heal'
    thaw_node "$node"
    # The directory itself is bind-mounted into the node and must stay.
    find "$settings" -mindepth 1 -delete
    node_script "$node" "$lib/node-heal.sh" "$2"
}
