/// One of the things that `fleet gpu-check` looks at, by the name it has in `checks` and in the configuration.
package enum GPUCheckName: String, CaseIterable, Codable, Hashable, Sendable {
    /// nvidia-smi answers, whole and without complaint.
    case answer
    /// The kernel driver, the library and nvidia-smi have the same release.
    case driver
    /// The number of GPUs that answer is the number in Slurm's GRES.
    case count
    /// Their type is the type in Slurm's GRES.
    case model
    /// Every GPU on the PCI bus answers.
    case slots
    /// The driver's own verdict about each GPU.
    case recovery
    /// The driver reaches each GPU.
    case access
    /// Uncorrectable memory errors, and the counts NVIDIA replaces a GPU for.
    case ecc
    /// Rows of memory that are, or cannot be, replaced.
    case remap
    /// Channels and processing clusters to be repaired, and memory beyond repair.
    case repair
    /// Retired pages of memory, before Ampere.
    case retirement
    /// Temperature against the GPU's own limits.
    case temperature
    /// Clocks slowed down by the hardware, or by heat.
    case throttle
    /// Whether the values the other checks need could be read.
    case fields
    /// Modes (ECC, MIG) that wait for a reset or reboot to take effect.
    case modes
    /// The license of a part of a GPU (vGPU).
    case license
    /// Memory and processes on GPUs that Slurm says are free.
    case leaks
    /// The driver's error events in the kernel log.
    case xid
    /// The NVSwitches' error events in the kernel log.
    case sxid
    /// Faults in the kernel log that have no Xid.
    case kernel
    /// Whether each GPU has joined the NVLink fabric, and the fabric's health.
    case fabric
    /// NVLink's links: active, and as many as on the same GPUs of the node.
    case nvlink
    /// The service that sets the NVSwitches up.
    case fabricManager = "fabric_manager"
}
