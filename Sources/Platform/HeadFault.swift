import SystemPackage

/// A failure on the machine that fleet runs on, so that no node and no payload is blamed for it.
package struct HeadFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed, in words.
    package var description: String
    /// What to do about it.
    package var remedy: String

    /// What to do where a process or a thread cannot be started.
    package static let moreProcesses =
        "raise the limit of processes (ulimit -u, the cgroup's pids.max), or lower --fanout"

    /// Makes a fault.
    package init(_ description: String, remedy: String) {
        self.description = description
        self.remedy = remedy
    }

    /// Describes an error about a file of a run.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - directory: The run directory, absolute.
    package init(_ error: any Error, directory: String) {
        switch error as? Errno {
        case Errno.noSpace, Errno.diskQuotaExceeded:
            self.init(
                "this machine has no room left in the run directory \(directory): \(error)",
                remedy:
                    "free space there ('fleet runs prune --older-than 7d'), or choose another --run-dir"
            )
        case Errno.noSuchFileOrDirectory, Errno.staleNFSFileHandle:
            self.init(
                "the run directory \(directory) is gone from this machine",
                remedy: "somebody removed it, or its file system is no longer mounted; run it again"
            )
        case Errno.tooManyOpenFiles, Errno.tooManyOpenFilesInSystem:
            self.init(
                "this machine has no file descriptor left: \(error)",
                remedy: "raise the limit of open files (ulimit -n), or lower --fanout")
        case Errno.resourceTemporarilyUnavailable, Errno.noMemory:
            self.init(
                "this machine starts no more processes: \(error)", remedy: Self.moreProcesses)
        case Errno.readOnlyFileSystem, Errno.permissionDenied, Errno.ioError:
            self.init(
                "this machine cannot write to the run directory \(directory): \(error)",
                remedy: "look at its file system, or choose another --run-dir")
        default:
            self.init(
                "this machine could not keep its files in the run directory \(directory): \(FileProblem.words(error))",
                remedy: "look at the folder, or choose another --run-dir")
        }
    }
}
