import FoundationEssentials

/// What this machine's kernel lets a node do; containers often may not.
enum KernelFeature {
    /// A file system on a loop device, which can be frozen.
    static let hasLoopDevices = FileManager.default.fileExists(atPath: "/dev/loop-control")
    /// Triggers that mount when they are touched.
    static let hasAutofs = FileManager.default.fileExists(atPath: "/dev/autofs")
    /// What `cluster up --cgroup` takes, and this machine cannot give; empty where it can.
    ///
    /// The hierarchies of cgroup version 1, writable: in containers they often are not.
    static let missingCgroups = ["freezer", "devices"].filter {
        !FileManager.default.fileExists(atPath: "/sys/fs/cgroup/\($0)/cgroup.procs")
            || !FileManager.default.isWritableFile(atPath: "/sys/fs/cgroup/\($0)")
    }
}
