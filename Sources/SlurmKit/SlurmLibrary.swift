internal import CSlurm
import Glibc
import Synchronization

/// The libslurm this binary was built against.
package enum SlurmLibrary {
    /// Its release, such as `22.05.8`.
    package static var version: String {
        let number = cslurm_version_number
        let minor = (number >> 8) & 0xff
        return "\(number >> 16).\(minor < 10 ? "0" : "")\(minor).\(number & 0xff)"
    }

    /// The prefix named by SLURM_PREFIX when fleet was built; nil for a Slurm in /usr.
    package static var prefix: String? {
        let text = unsafe String(cString: cslurm_prefix())
        return text.isEmpty ? nil : text
    }

    private static let started = Mutex<SlurmConfiguration?>(nil)

    /// Compares fleet's release with the cluster's, for a number that a difference may cause; nil for other numbers.
    static func mismatch(for code: Int32) -> ReleaseMismatch? {
        guard ReleaseMismatch.certain.contains(code) || ReleaseMismatch.possible.contains(code),
            started.withLock({ $0 }) != nil
        else { return nil }
        return mismatch
    }

    /// Compares fleet's release with that of the cluster which libslurm was started for.
    static var mismatch: ReleaseMismatch { ReleaseMismatch.of(started.withLock { $0 }) }

    /// Makes all threads share one heap; must be called before a second thread starts.
    ///
    /// glibc's heaps for further threads grow by one system call for every few pages, and unpacking 20,000 nodes in
    /// libslurm would need thousands of them.
    package static func shareOneHeap() {
        cslurm_share_one_heap()
    }

    /// Starts libslurm with a configuration that was checked before.
    ///
    /// If libslurm still finds a fault in it, the process ends through ``ExitGuard``, with fleet's own message and
    /// exit code 3. May be called more than once.
    package static func start(with configuration: SlurmConfiguration) {
        // libslurm may have another default path, so SLURM_CONF makes both read the same file.
        started.withLock { $0 = configuration }
        _ = unsafe setenv("SLURM_CONF", configuration.path, 1)
        ExitGuard.during("reading \(configuration.path)") {
            unsafe slurm_init(configuration.path)
        }
    }
}
