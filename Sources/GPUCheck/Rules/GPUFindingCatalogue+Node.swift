import SlurmModel
import Verdicts

extension GPUFindingCatalogue {
    static let node: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.count", .count, .fail,
            "Fewer GPUs answer than Slurm's GRES says; the PCI slots that are missing are named (more than that: warn).",
            source: Source.slurm,
            action: "reboot the node; if it comes back, replace the GPU or correct Gres"),
        GPUFindingKind(
            "gpu.hidden", .count, .unknown,
            "The job saw only the GPUs that Slurm gave it: of the others nothing is known.",
            source: "Slurm, cgroup.conf ConstrainDevices",
            action: GPURemedy.hidden),
        GPUFindingKind(
            "gpu.none", .count, .fail,
            "nvidia-smi found no GPU (info where Slurm expects none).",
            source: Source.manual, action: "reboot the node; read the kernel log"),
        GPUFindingKind(
            "gpu.model", .model, .warn,
            "The GPUs are of another model than the type in Slurm's GRES names.",
            source: Source.slurm, action: "correct the node's Gres in slurm.conf and gres.conf"),
        GPUFindingKind(
            "gpu.unlisted", .slots, .warn,
            "A GPU is on the PCI bus, and the driver does not list it.",
            source: Source.slurm, action: "read the kernel log for it, then reboot the node"),
        GPUFindingKind(
            "gpu.off_bus", .slots, .fail,
            "A GPU's PCI configuration reads ff: it no longer answers on the bus.",
            source: "PCI: reads of an absent device return all ones",
            action: "reboot the node; if it comes back, replace the GPU"),
        GPUFindingKind(
            "gpu.inforom", .answer, .warn,
            "A GPU's infoROM is corrupted; its other values are good.",
            source: Source.manual, action: "plan to replace the GPU"),
        GPUFindingKind(
            "gpu.power_cable", .answer, .fail, "A GPU's power cable is missing.",
            source: Source.manual, action: "attach the power cables"),
        GPUFindingKind(
            "gpu.interrupt", .answer, .fail, "The driver sees problems with a GPU's interrupts.",
            source: Source.manual, action: "reboot the node"),
        GPUFindingKind(
            "gpu.blocked", .answer, .fail,
            "The operating system kept nvidia-smi from a GPU that it should reach.",
            source: Source.nvml, action: "check the device files /dev/nvidia*"),
    ]

    static let memory: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.ecc_uncorrected", .ecc, .fail,
            "Memory errors that could not be corrected since the driver was loaded or the GPU reset.",
            source: Source.memory, action: "reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.sram_threshold", .ecc, .fail,
            "More uncorrectable SRAM errors than NVIDIA replaces a GPU for.",
            source: Source.memory, action: "replace the GPU"),
        GPUFindingKind(
            "gpu.ecc_unread", .ecc, .unknown,
            "Error correction is on, and the answer has no count of uncorrectable errors.",
            source: Source.fleet, action: "run nvidia-smi -q -d ECC on the node"),
        GPUFindingKind(
            "gpu.remap_failure", .remap, .fail, "A row of memory could not be replaced.",
            source: Source.memory, action: "replace the GPU"),
        GPUFindingKind(
            "gpu.remap_pending", .remap, .fail,
            "A row of memory waits for a reset to be replaced; work should not start on it before.",
            source: Source.memory, action: "drain the node and reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.remap_limit", .remap, .warn,
            "512 or more rows were replaced for uncorrectable errors: the most that NVIDIA allows for.",
            source: Source.memory + "; DCGM_LIMIT_MAX_ROW_REMAP_UNCORRECTABLE",
            action: "plan to replace the GPU"),
        GPUFindingKind(
            "gpu.memory_unrepairable", .repair, .fail, "Memory is beyond repair.",
            source: Source.memory, action: "replace the GPU"),
        GPUFindingKind(
            "gpu.repair_pending", .repair, .fail,
            "A memory channel or a processing cluster waits for a reset to be repaired.",
            source: Source.memory, action: "drain the node and reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.retirement_pending", .retirement, .fail,
            "A page of memory waits for a reboot to be retired (before Ampere).",
            source: Source.retirement, action: "reboot the node"),
        GPUFindingKind(
            "gpu.retired_pages", .retirement, .fail,
            "60 or more pages are retired, which NVIDIA replaces a GPU for (more than 15 for double bit errors: warn).",
            source: Source.retirement, action: "replace the GPU"),
    ]
}
