import Glibc
import Synchronization

/// Gives fleet the last word when libslurm ends the process.
///
/// libslurm calls exit(1) on a configuration it cannot parse, after a line of its own on stderr. While a
/// guard is up, leaving through exit() adds what fleet was doing and what to do, and the exit
/// code becomes 3.
enum ExitGuard {
    /// What fleet is doing while libslurm may end the process; nil when no guard is up.
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

    private static func leave() {
        guard let description = activity.withLock({ $0 }) else { return }
        let message = """
            fleet: error: libslurm gave up while \(description); its own message is above.
            Check the file with 'scontrol show config', and that SLURM_CONF names the right one.

            """
        _ = unsafe message.withCString { text in unsafe write(STDERR_FILENO, text, strlen(text)) }
        _exit(3)
    }
}
