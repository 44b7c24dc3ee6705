import SlurmModel
import Verdicts

/// One node's GPUs of one model, to be compared with those of other nodes.
struct GPUFleetMember: Sendable {
    /// A group of nodes that are compared with each other.
    struct Group: Hashable, Comparable, Sendable {
        /// The models the node has, as nvidia-smi names them.
        var model: String
        /// The node's first partition; nil where Slurm knows none.
        var partition: String?

        /// The group in words, such as `NVIDIA A10G in partition gpu`.
        var words: String { model + (partition.map { " in partition \($0)" } ?? "") }

        static func < (left: Group, right: Group) -> Bool { left.words < right.words }
    }

    /// The node's place among the rows.
    let row: Int
    let group: Group
    /// The facts about the node.
    let facts: [String: FactValue]
    /// Its GPUs as facts, each with its name in findings.
    let gpus: [(subject: String, facts: [String: FactValue])]

    /// Takes the GPUs from a row; nil for a row whose GPUs are not known.
    init?(row: Int, report: NodeReport) {
        guard let facts = report.judgement?.facts else { return nil }
        let gpus = facts["gpus"]?.elements.map(\.fields) ?? []
        let models = Set(gpus.compactMap { $0["name"]?.text }).sorted()
        guard !models.isEmpty else { return nil }
        self.row = row
        self.facts = facts
        self.gpus = gpus.map { (GPUVerdicts.subject(of: $0), $0) }
        group = Group(
            model: models.joined(separator: " and "), partition: report.node?.partitions.first)
    }

    /// The values of a field that can be compared.
    func votes(on field: GPUBaselineField) -> [Baseline.Vote] {
        if field.isOfNode {
            return facts[field.key]?.word.map { [Baseline.Vote(row: row, value: $0)] } ?? []
        }
        return gpus.compactMap { gpu in
            guard field.counts(gpu.facts), let value = gpu.facts[field.key]?.word else {
                return nil
            }
            return Baseline.Vote(row: row, subject: gpu.subject, value: value)
        }
    }
}
