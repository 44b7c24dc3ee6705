import FanOut
import Glibc
import SystemPackage

/// Held by the one fleet that watches a run; the kernel releases it when that process ends.
package final class RunLock: Sendable {
    private let file: FileDescriptor

    private init(_ file: FileDescriptor) {
        self.file = file
    }

    deinit { try? file.close() }

    /// Takes the lock of a run; nil where another process holds it.
    ///
    /// - Throws: What the system says; ENOSYS and the like where the file system has no locks (Lustre without `flock`).
    package static func take(_ run: StoredRun) throws -> RunLock? {
        let file = try run.directory.open("lock", .readWrite, .create)
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let problem = Errno(rawValue: errno)
            try? file.close()
            if problem == .wouldBlock { return nil }
            throw problem
        }
        return RunLock(file)
    }

    /// Whether some process holds the lock of a run.
    package static func isHeld(_ run: StoredRun) -> Bool {
        guard let file = try? run.directory.open("lock", .readOnly) else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
            && Errno(rawValue: errno) == .wouldBlock
    }
}
