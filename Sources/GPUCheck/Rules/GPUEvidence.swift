package import SlurmModel

/// Everything known about one node's GPUs, to be judged.
package struct GPUEvidence: Hashable, Sendable {
    /// How nvidia-smi ended; nil where nothing is known.
    package var exit: ExitStatus?
    /// What it wrote to standard output, document and messages.
    package var stdout: [UInt8]
    /// What it wrote to standard error.
    package var stderr: String
    /// The GPUs Slurm configures for the node; empty for none, or where Slurm does not say.
    package var expected: [GPUCount]
    /// How many GPUs Slurm gave the job that asked; 0 for none, which may hide all of them.
    package var requested: Int
    /// Whether it was stopped at its deadline.
    package var timedOut: Bool
    /// The seconds it had where the user allowed fewer than it may need; nil else.
    package var shortLimit: Int?
    /// Whether no job of Slurm's stood between: then nothing hides a GPU, unless ``denied`` says so.
    package var isDirect = false
    /// Whether Slurm lets jobs share GPUs (GRES `shard` or `mps`), without counting them as allocated.
    package var isShared = false
    /// The limits of the rules.
    package var limits = GPULimits()
    /// What identifies the node's boot; nil where it is not known.
    package var bootID: String?
    /// Seconds since the node booted; nil where they are not known.
    package var uptime: Double?
    /// The version of the driver in the kernel; nil where none is loaded, or it is not known.
    package var kernelDriver: String?
    /// NVIDIA's functions on the PCI bus.
    package var pci: Collected<[PCIFunction]> = .notAsked
    /// Accelerators of other vendors on the PCI bus; looked for where there is none of NVIDIA's.
    package var otherAccelerators: [String] = []
    /// The GPUs whose device files Slurm keeps from the job; nil where that is not known.
    package var denied: [PCIAddress]?
    /// What of the node's answer broke off; nil for a whole one.
    package var broken: String?
    /// The kernel log's lines about the driver.
    package var kernelLog: Collected<KernelLog> = .notAsked
    /// The state of NVLink per GPU.
    package var nvlink: Collected<[NVLinkStatus]> = .notAsked
    /// Whether nvidia-smi nvlink ended well and said nothing at all, as for a lone H200 in a virtual machine (580.159.04).
    var linksAreSilent = false
    /// What systemd says of nvidia-fabricmanager, such as `active`; asked on hosts with NVSwitches.
    package var fabricManager: Collected<String> = .notAsked

    /// Makes the evidence.
    package init(
        exit: ExitStatus?, stdout: [UInt8], stderr: String = "", expected: [GPUCount] = [],
        requested: Int = 0, timedOut: Bool = false
    ) {
        self.exit = exit
        self.stdout = stdout
        self.stderr = stderr
        self.expected = expected
        self.requested = requested
        self.timedOut = timedOut
    }

    /// How many GPUs the node should have, of all types.
    package var expectedTotal: Int {
        expected.reduce(0) { $0.addingReportingOverflow($1.total).partialValue }
    }

    /// How many of them jobs hold; the check's own job is not among them.
    package var allocated: Int {
        expected.reduce(0) { $0.addingReportingOverflow($1.used).partialValue }
    }

    /// Whether Slurm may keep GPUs from the job that asked.
    var mayBeConfined: Bool { !isDirect && requested < expectedTotal }

    /// Whether jobs hold all GPUs.
    var isFull: Bool { expectedTotal > 0 && allocated >= expectedTotal }

    /// The GPUs on the PCI bus; nil where it was not read.
    var slots: [PCIFunction]? { pci.value?.filter(\.isGPU) }

    /// Whether the host has NVSwitches on its PCI bus.
    var hasSwitches: Bool { pci.value?.contains(where: \.isSwitch) ?? false }
}
