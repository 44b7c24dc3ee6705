import Verdicts

/// A rule about one mount: evidence in, findings out.
///
/// A new rule is one more static member in a file of its own, its kinds in ``MountFindingCatalogue``, and its name here.
struct MountRule: Sendable {
    /// What the rule concludes; nothing where nothing is wrong.
    var findings: @Sendable (MountEvidence) -> [Finding]

    /// Whether the right thing is mounted: where one of these finds something the others have nothing to look at.
    static let table: [MountRule] = [.mounted, .type, .source]
    /// What is wrong with a mount that is the right one.
    static let rest: [MountRule] = [
        .options, .servers, .evictions, .kernelLog, .tasks, .answer, .space, .osts, .folders,
        .canary,
    ]
    /// What is wrong with the client, once for the node.
    static let client: [MountRule] = [.nextBoot, .upgrades]
}
