import Glibc
import Synchronization

/// Prints fleet's own message when libslurm ends the process.
///
/// libslurm calls exit(1) for a configuration that it cannot parse, after a line of its own on stderr. While a guard
/// is active, an exit also prints what fleet was doing and what to do next, and the exit code becomes 3.
enum ExitGuard {
    /// What fleet is doing while libslurm may end the process; nil without an active guard.
    private static let activity = Mutex<String?>(nil)
    /// Registered once, at the first use.
    private static let registered: Bool = {
        atexit { ExitGuard.leave() }
        return true
    }()

    /// Runs a call of libslurm that may end the process.
    static func during<Value>(_ description: String, _ body: () -> Value) -> Value {
        precondition(registered)
        activity.withLock { $0 = description }
        defer { activity.withLock { $0 = nil } }
        return body()
    }

    /// What to do next: libslurm also ends the process over a plugin of another release, and says nothing of releases then.
    static func remedy(_ mismatch: ReleaseMismatch) -> String {
        if let words = mismatch.words, let remedy = mismatch.remedy {
            return "It is \(words). \(remedy)"
        }
        return
            "Check the file with 'scontrol show config', and that SLURM_CONF names the right one."
    }

    private static func leave() {
        guard let description = activity.withLock({ $0 }) else { return }
        let message = """
            fleet: error: libslurm gave up while \(description); its own message is above.
            \(remedy(SlurmLibrary.mismatch))

            """
        _ = unsafe message.withCString { text in unsafe write(STDERR_FILENO, text, strlen(text)) }
        _exit(3)
    }
}
