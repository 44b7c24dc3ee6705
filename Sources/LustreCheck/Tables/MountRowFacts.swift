import Terminal
import Verdicts

/// One mount of a row, from its facts, as tables print it.
struct MountRowFacts {
    private let facts: [String: FactValue]

    /// Takes a mount's facts.
    init(_ facts: [String: FactValue]) {
        self.facts = facts
    }

    /// The mounts of a row.
    static func all(_ report: NodeReport) -> [MountRowFacts] {
        (report.judgement?.facts["mounts"]?.elements ?? []).map { MountRowFacts($0.fields) }
    }

    /// The mount point.
    var path: String { facts["path"]?.text ?? "" }
    /// The mounted source; empty when nothing is mounted.
    var source: String { facts["source"]?.text ?? "" }
    /// Its type.
    var type: String { facts["type"]?.text ?? "-" }
    /// The state of the mount.
    var state: MountState { facts["state"]?.text.flatMap(MountState.init) ?? .unknown }
    /// All of its space.
    var size: String { bytes("size_bytes") }
    /// Its space in use.
    var used: String { bytes("used_bytes") }
    /// Its space that can still be used.
    var available: String { bytes("available_bytes") }
    /// The percentage in use; nil where it is not known.
    var percent: Int? { facts["use_percent"]?.integer }
    /// The percentage in use, as in df(1).
    var percentWord: String { percent.map { "\($0)%" } ?? "-" }
    /// Milliseconds of an operation; nil where it did not end.
    func latency(_ operation: String) -> Int? {
        facts["latency_ms"]?.fields[operation]?.integer
    }

    private func bytes(_ name: String) -> String {
        facts[name]?.integer.map(Quantity.bytes) ?? "-"
    }
}
