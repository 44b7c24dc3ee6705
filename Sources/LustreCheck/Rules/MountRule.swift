import Verdicts

/// A rule about one mount: it turns evidence into findings.
///
/// A new rule is one more static member in a file of its own, its kinds in ``MountFindingCatalogue``, and its name
/// here.
struct MountRule: Sendable {
    /// What the rule concludes; empty when nothing is wrong.
    var findings: @Sendable (MountEvidence) -> [Finding]

    /// Rules about what is mounted; when one of them has a finding, the other rules are not applied.
    static let table: [MountRule] = [.mounted, .type, .source]
    /// Rules for a mount that has the right type and source.
    static let rest: [MountRule] = [
        .options, .servers, .evictions, .kernelLog, .tasks, .answer, .space, .osts, .folders,
        .canary,
    ]
    /// Rules about the client, applied once per node.
    static let client: [MountRule] = [.nextBoot, .upgrades]
}
