import Verdicts

extension GPUFindingCatalogue {
    static let condition: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.recovery", .recovery, .fail,
            "The driver itself asks for an action: reset, reboot, drain and reset (drain P2P: warn; an action not known here: unknown).",
            source: Source.recovery, action: "do what the driver asks for"),
        GPUFindingKind(
            "gpu.lost", .access, .fail, "The driver has lost the GPU: it fell off the bus.",
            source: Source.manual, action: "reboot the node; if it comes back, replace the GPU"),
        GPUFindingKind(
            "gpu.reset_required", .access, .fail, "The GPU refuses work until it is reset.",
            source: Source.nvml, action: "reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.temperature", .temperature, .fail,
            "Beyond the slowdown margin or threshold that the GPU itself reports (beyond the rated one: warn).",
            source: Source.thermal, action: "check the node's cooling"),
        GPUFindingKind(
            "gpu.memory_temperature", .temperature, .warn,
            "The memory is hotter than the GPU itself rates it for.",
            source: Source.thermal, action: "check the node's cooling"),
        GPUFindingKind(
            "gpu.throttle", .throttle, .warn,
            "The hardware slows the clocks down (heat, power brake), or the driver does for heat; idle and power cap are normal.",
            source: Source.thermal, action: "check the node's power supply and cooling"),
        GPUFindingKind(
            "gpu.mode_pending", .modes, .warn,
            "A mode (ECC, MIG) was changed and waits for a reset to take effect.",
            source: "NVIDIA, nvidia-smi manual page, ECC Mode and MIG Mode",
            action: "reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.mig_empty", .modes, .warn,
            "MIG is on, and the GPU has no instance: nothing can run on it (where Slurm hides parts of GPUs: unknown).",
            source: "NVIDIA, Multi-Instance GPU user guide",
            action: "create the MIG instances, or turn MIG off"),
        GPUFindingKind(
            "gpu.vgpu_license", .license, .warn,
            "A vGPU has no license: it is slowed down, and then refuses work (in the time of grace: info).",
            source: "NVIDIA, Virtual GPU client licensing; gpu-operator #628 and #220",
            action: "check nvidia-gridd on the node and its license server"),
        GPUFindingKind(
            "gpu.leaked_process", .leaks, .warn,
            "Processes use GPUs that Slurm says are free.",
            source: "Slurm's allocations against nvidia-smi's processes",
            action: "find the processes with nvidia-smi on the node, and end them"),
        GPUFindingKind(
            "gpu.leaked_memory", .leaks, .warn,
            "Memory is in use on GPUs that Slurm says are free, by no process that can be seen.",
            source: "Slurm's allocations against nvidia-smi's memory",
            action: "end what holds /dev/nvidia* (fuser -v), or reset the GPU"),
        GPUFindingKind(
            "gpu.unused", .leaks, .info,
            "Jobs hold all GPUs of the node, and no process uses some of them.",
            source: "Slurm's allocations against nvidia-smi's processes",
            action: "nothing: tell the job's owner"),
    ]

    static let kernelLog: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.xid", .xid, .fail,
            "An Xid event that NVIDIA's catalog answers with a reset, a reboot or a replacement (one that only wants attention: warn).",
            source: Source.xid, action: "what the catalog says for that Xid: see the finding"),
        GPUFindingKind(
            "gpu.xid_application", .xid, .warn,
            "An Xid event that a program caused, or one of no consequence (info; contained memory errors: warn).",
            source: Source.xid, action: "tell the job's owner; nothing is wrong with the GPU"),
        GPUFindingKind(
            "gpu.sxid", .sxid, .fail,
            "An NVSwitch reported a fatal error (a non-fatal one: info).",
            source: Source.fabric,
            action: "reset all GPUs and NVSwitches, or reboot the node; if it comes back, replace"),
        GPUFindingKind(
            "gpu.kernel_fault", .kernel, .fail,
            "The driver's log tells of a fault that has no Xid: fallen off the bus, or not initialised.",
            source: "NVSentinel #155, open-gpu-kernel-modules #789: such faults have no Xid",
            action: "reboot the node; if it comes back, replace the GPU"),
    ]

    static let links: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.fabric", .fabric, .fail,
            "A GPU has not joined the NVLink fabric: CUDA fails with error 802 (in progress: warn).",
            source: Source.fabric, action: "restart nvidia-fabricmanager, then reset the GPUs"),
        GPUFindingKind(
            "gpu.fabric_health", .fabric, .fail,
            "The fabric reports degraded bandwidth, a route or a configuration that is unhealthy (recovery in progress: warn).",
            source: Source.fabric, action: "look at the fabric manager's log; reboot the node"),
        GPUFindingKind(
            "gpu.fabric_manager", .fabricManager, .fail,
            "nvidia-fabricmanager does not run on a host with NVSwitches.",
            source: Source.fabric, action: "start nvidia-fabricmanager, of the driver's own release"
        ),
        GPUFindingKind(
            "gpu.nvlink", .nvlink, .fail,
            "Links of NVLink are inactive, or fewer than on the same GPUs of the node.",
            source: "NVIDIA, nvidia-smi nvlink --status; DCGM: link down",
            action: "reset the GPUs, or reboot the node; if it comes back, replace"),
        GPUFindingKind(
            "gpu.nvlink_unread", .nvlink, .unknown, "NVLink's state could not be read.",
            source: Source.fleet, action: "run nvidia-smi nvlink -s on the node"),
    ]
}
