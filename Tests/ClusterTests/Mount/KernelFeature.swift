import FoundationEssentials

/// What this machine's kernel lets a node do; containers often may not.
enum KernelFeature {
    /// A file system on a loop device, which can be frozen.
    static let hasLoopDevices = FileManager.default.fileExists(atPath: "/dev/loop-control")
    /// Triggers that mount when they are touched.
    static let hasAutofs = FileManager.default.fileExists(atPath: "/dev/autofs")
}
