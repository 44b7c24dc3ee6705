import SlurmModel

extension ExitStatus {
    /// The exit code; nil when a signal ended the process.
    package var code: Int? {
        if case .exited(let code) = self { code } else { nil }
    }

    /// The signal that ended the process; nil when it ended by itself.
    var signal: Int? {
        if case .signalled(let signal) = self { signal } else { nil }
    }
}
