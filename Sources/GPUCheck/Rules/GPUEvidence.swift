package import SlurmModel

/// Everything that is known about one node's GPUs; the input of all rules.
package struct GPUEvidence: Hashable, Sendable {
    /// How nvidia-smi ended; nil when that is not known.
    package var exit: ExitStatus?
    /// What it wrote to standard output, document and messages.
    package var stdout: [UInt8]
    /// What it wrote to standard error.
    package var stderr: String
    /// The GPUs that Slurm's configuration gives the node; empty without any, or when Slurm does not say.
    package var expected: [GPUCount]
    /// How many GPUs Slurm gave the check's job; with 0, Slurm may hide all of them.
    package var requested: Int
    /// Whether it was stopped at its deadline.
    package var timedOut: Bool
    /// The seconds nvidia-smi had, when the user allowed fewer than it may need; otherwise nil.
    package var shortLimit: Int?
    /// Whether the check ran without a Slurm job: then nothing hides a GPU, unless ``denied`` says so.
    package var isDirect = false
    /// Whether Slurm lets jobs share GPUs (GRES `shard` or `mps`), without counting them as allocated.
    package var isShared = false
    /// The limits of the rules.
    package var limits = GPULimits()
    /// What identifies the node's boot; nil where it is not known.
    package var bootID: String?
    /// Seconds since the node booted; nil where they are not known.
    package var uptime: Double?
    /// The version of the driver in the kernel; nil when none is loaded, or when it is not known.
    package var kernelDriver: String?
    /// NVIDIA's functions on the PCI bus.
    package var pci: Collected<[PCIFunction]> = .notAsked
    /// Accelerators of other vendors on the PCI bus; collected only when the bus has no NVIDIA GPU.
    package var otherAccelerators: [String] = []
    /// The GPUs whose device files Slurm closes to the job; nil when that is not known.
    package var denied: [PCIAddress]?
    /// Where the node's answer broke off; nil for a whole answer.
    package var broken: String?
    /// The kernel log's lines about the driver.
    package var kernelLog: Collected<KernelLog> = .notAsked
    /// The state of NVLink per GPU.
    package var nvlink: Collected<[NVLinkStatus]> = .notAsked
    /// Whether nvidia-smi nvlink succeeded without any output, as for a single H200 in a virtual machine
    /// (580.159.04).
    var linksAreSilent = false
    /// The state of nvidia-fabricmanager in systemd, such as `active`; asked on hosts with NVSwitches.
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

    /// How many of them jobs hold, without the check's own job.
    package var allocated: Int {
        expected.reduce(0) { $0.addingReportingOverflow($1.used).partialValue }
    }

    /// Whether Slurm may hide GPUs from the check's job.
    var mayBeConfined: Bool { !isDirect && requested < expectedTotal }

    /// Whether jobs hold all GPUs.
    var isFull: Bool { expectedTotal > 0 && allocated >= expectedTotal }

    /// The GPUs on the PCI bus; nil where it was not read.
    var slots: [PCIFunction]? { pci.value?.filter(\.isGPU) }

    /// Whether the host has NVSwitches on its PCI bus.
    var hasSwitches: Bool { pci.value?.contains(where: \.isSwitch) ?? false }
}
