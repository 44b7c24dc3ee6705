/// What slurmctld reports about a node that is mostly the same for many nodes.
///
/// A field is nil when the node never reported it, when it is not set, and when the linked release of Slurm does not
/// have it.
package struct NodeDetails: Codable, Hashable, Sendable {
    /// The TCP port of its slurmd.
    package var port: Int?
    /// The processor's architecture, such as `x86_64`.
    package var architecture: String?
    /// The operating system with its release.
    package var operatingSystem: String?

    /// Boards in the node.
    package var boards: Int?
    /// Sockets in the node.
    package var sockets: Int?
    /// Cores of one socket.
    package var coresPerSocket: Int?
    /// Threads of one core.
    package var threadsPerCore: Int?
    /// The disk configured for TmpFS, in MiB.
    package var temporaryDiskMiB: Int?

    /// Cores kept from jobs, for the system (CoreSpecCount).
    package var specializedCores: Int?
    /// The CPUs reserved from jobs, as a list of numbers (CPUSpecList).
    package var specializedCPUs: String?
    /// Memory kept from jobs, in MiB (MemSpecLimit).
    package var specializedMemoryMiB: Int?
    /// Cores of each GPU that only jobs with GPUs may use (RestrictedCoresPerGPU; since Slurm 24.05).
    package var restrictedCoresPerGPU: Int?
    /// The cores that only jobs with GPUs may use, as a list of numbers (since Slurm 24.05).
    package var restrictedCores: String?

    /// The features it may get; `Node.features` has the active ones.
    package var availableFeatures: [String] = []
    /// Its generic resources as Slurm writes them.
    package var gresConfigured: String?
    /// Those allocated to jobs, as Slurm writes them.
    package var gresUsed: String?
    /// The drained resources, as Slurm writes them; every release up to 26.05 writes `N/A`.
    package var gresDrained: String?

    /// The scheduler prefers nodes of lower weight.
    package var weight: Int?
    /// The administrator's comment; may hold anything.
    package var comment: String?
    /// The administrator's extra text; it may contain anything, often JSON.
    package var extra: String?
    /// The label of the multi-category security plugin.
    package var mcsLabel: String?
    /// The only user who may use it now (`--exclusive=user`): a name, or the number when it has no name.
    package var owner: String?

    /// When slurmctld will resume it by itself, in seconds since 1970 (since Slurm 23.02).
    package var resumeAfter: Int?
    /// The state it gets after its reboot, as Slurm writes it; nil when none was requested.
    package var nextState: String?
    /// The idle time before Slurm powers it down, in seconds (since Slurm 26.05); earlier releases have this only for
    /// partitions and for the cluster.
    package var suspendSeconds: SlurmLimit?
    /// The power it draws now, in watts; nil without energy accounting.
    package var watts: Int?

    /// The reservation it is in now (since Slurm 23.02).
    package var reservation: String?
    /// The cloud's instance type (since Slurm 23.11).
    package var instanceType: String?
    /// Its place in the network topology (since Slurm 25.05).
    package var topology: String?

    /// The trackable resources configured, as Slurm writes them.
    package var tresConfigured: String?
    /// The trackable resources allocated to jobs, as Slurm writes them.
    package var tresAllocated: String?

    /// Details with nothing known.
    package init() {}
}
