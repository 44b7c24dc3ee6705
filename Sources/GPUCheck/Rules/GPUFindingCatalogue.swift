import SlurmModel
import Verdicts

/// Every kind of finding of gpu-check, for `--explain`, the configuration and the documentation.
package enum GPUFindingCatalogue {
    /// Every kind, in the order of the checks.
    package static let all: [GPUFindingKind] =
        answer + node + memory + condition + kernelLog + links

    /// The kind with this code; nil for a code that gpu-check does not have.
    package static func kind(of code: String) -> GPUFindingKind? { byCode[code] }

    /// Every kind in the form that all checks share, without the name of the check.
    static let kinds: [FindingKind] = all.map { kind in
        FindingKind(
            kind.code, kind.severity, kind.meaning, source: kind.source, action: kind.action)
    }

    /// Which check finds what, by code.
    static let checks = Dictionary(
        all.map { ($0.code, $0.check.rawValue) }, uniquingKeysWith: { first, _ in first })

    /// The codes that could not be found on a node, since their checks could not be made there.
    ///
    /// - Parameter facts: What was learned of the node.
    /// - Returns: The codes.
    static func unseen(_ facts: [String: FactValue]) -> [String] {
        let names = (facts["checks"]?.fields["not_run"]?.elements ?? []).compactMap {
            $0.fields["check"]?.text
        }
        guard !names.isEmpty else { return [] }
        return all.filter { names.contains($0.check.rawValue) }.map(\.code)
    }

    /// The codes after which a whole GPU or node could not be looked into.
    static let blinding: Set<String> = [
        "gpu.hang", "gpu.driver", "gpu.driver_mismatch", "gpu.not_installed", "gpu.none",
        "gpu.lost", "gpu.reset_required", "gpu.count", "gpu.blocked", "gpu.unreadable",
        "gpu.garbled", "gpu.nvidia_smi", "gpu.unlisted", "gpu.off_bus",
    ]

    private static let byCode = Dictionary(
        all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    /// The sources of rules.
    package enum Source {
        static let manual = "NVIDIA, nvidia-smi manual page, RETURN VALUE"
        static let nvml = "NVIDIA, NVML API reference, nvmlReturn_t"
        static let recovery = "NVIDIA, nvidia-smi manual page, GPU Recovery Action"
        static let memory = "NVIDIA, GPU Memory Error Management (row remapping, RMA policy)"
        static let retirement = "NVIDIA, Dynamic Page Retirement; DCGM health checks"
        static let xid = "NVIDIA, Xid catalog and Xid error guide"
        static let fabric = "NVIDIA, Fabric Manager for NVSwitch systems; DCGM health checks"
        static let thermal = "NVIDIA, nvidia-smi manual page, Temperature and Clocks Event Reasons"
        static let slurm = "Slurm's GRES of the node against nvidia-smi and the PCI bus"
        static let fleet = "fleet: what could not be read is never ok"
    }

    static let answer: [GPUFindingKind] = [
        GPUFindingKind(
            "gpu.hang", .answer, .fail,
            "nvidia-smi did not answer in 20 s: the driver, or a GPU's firmware, does not respond.",
            source: "NVIDIA open-gpu-kernel-modules: a dead GSP holds every call for 45 s",
            action: "look at the kernel log's Xid 119 and 120, then reboot the node"),
        GPUFindingKind(
            "gpu.slow", .answer, .unknown,
            "nvidia-smi did not answer within a --timeout shorter than its own 20 s.",
            source: Source.fleet, action: "check again with a longer --timeout"),
        GPUFindingKind(
            "gpu.driver", .driver, .fail,
            "The NVIDIA driver is not loaded, or its library is missing (info where Slurm expects no GPU).",
            source: Source.manual, action: "load or install the driver; read the kernel log"),
        GPUFindingKind(
            "gpu.driver_mismatch", .driver, .fail,
            "The kernel's driver and the library differ in release: the driver was upgraded without a reboot.",
            source: Source.nvml, action: "reboot the node"),
        GPUFindingKind(
            "gpu.not_installed", .answer, .fail,
            "There is no nvidia-smi on the node (info where Slurm expects no GPU).",
            source: Source.slurm, action: "install the NVIDIA driver"),
        GPUFindingKind(
            "gpu.not_nvidia", .answer, .unknown,
            "The node's GPUs are another vendor's: by Slurm's GRES type or the PCI bus, and none is NVIDIA's.",
            source: Source.slurm, action: "check it with its vendor's tool, or leave the node out"),
        GPUFindingKind(
            "gpu.nvidia_smi", .answer, .unknown,
            "nvidia-smi ended with an exit code or signal that says nothing definite.",
            source: Source.manual, action: "run nvidia-smi -q -x on the node"),
        GPUFindingKind(
            "gpu.answer", .answer, .unknown, "nvidia-smi's answer breaks off or makes no sense.",
            source: Source.fleet, action: "check again; then run nvidia-smi -q -x on the node"),
        GPUFindingKind(
            "gpu.incomplete", .answer, .unknown,
            "The collector's own answer broke off before all its parts were home.",
            source: Source.fleet, action: "check again; read its stderr with --format json"),
        GPUFindingKind(
            "gpu.missing", .fields, .unknown,
            "The answer lacks a value that every driver gives for every GPU.",
            source: Source.fleet, action: "run nvidia-smi -q on the node"),
        GPUFindingKind(
            "gpu.unread", .fields, .unknown, "The driver failed to read a value that a rule needs.",
            source: Source.fleet, action: "check again; then look at the kernel log"),
        GPUFindingKind(
            "gpu.unreadable", .fields, .fail,
            "The driver cannot read a value that a working GPU always gives (ERR!, Unknown Error).",
            source: "NVIDIA, NVML NVML_ERROR_UNKNOWN; captures of GPUs with dead firmware",
            action: "reset the GPU, or reboot the node"),
        GPUFindingKind(
            "gpu.sensor", .fields, .warn,
            "Power or fan could not be read: alone it is mostly transient.",
            source: "Azure azhpc-diagnostics #77", action: "check again"),
        GPUFindingKind(
            "gpu.garbled", .fields, .unknown, "A value is not of the form it must have.",
            source: Source.fleet, action: "run nvidia-smi -q on the node"),
        GPUFindingKind(
            "gpu.not_permitted", .fields, .unknown, "The caller may not read a value.",
            source: Source.nvml, action: "check as a user who may read it"),
        GPUFindingKind(
            "gpu.kernel_unread", .kernel, .unknown,
            "The kernel log could not be read, so Xid events and driver faults are not known.",
            source: Source.fleet,
            action: "give the user sudo, the group adm or systemd-journal, or run fleet as root"),
    ]
}
