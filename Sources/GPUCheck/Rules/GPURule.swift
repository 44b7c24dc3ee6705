import Verdicts

/// A rule about one GPU: values in, findings out.
///
/// A new rule is one more static member in a file of its own, and its name in ``all``.
struct GPURule: Sendable {
    /// What the rule concludes from a GPU's values and the node's limits; nothing where nothing is wrong.
    var findings: @Sendable (GPUReport, GPUEvidence) -> [Finding]

    /// Every rule; findings of equal weight are shown in this order, so the driver's own verdict leads.
    static let all: [GPURule] = [
        .recovery, .access, .memory, .memoryErrorsUnread, .worn, .fabric, .fabricHealth,
        .temperature, .throttle, .pendingModes, .unsplit, .license, .unreadable, .missing,
    ]
}

extension GPUReport {
    /// A finding about this GPU.
    func finding(
        _ severity: Severity, _ code: String, _ message: String, remedy: String? = nil
    ) -> Finding {
        Finding(severity, code: code, subject: subject, message: message, remedy: remedy)
    }
}
