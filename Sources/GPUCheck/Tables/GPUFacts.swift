import Reports
import SlurmModel
import Verdicts

/// The facts of a gpu-check, as the tables need them.
struct GPUFacts {
    /// One GPU.
    struct GPU {
        let index: Int?
        let pci: String?
        let name: String?
        let verdict: String?
        let temperature: Int?
        let memory: String?
        let memoryUsed: Int?
        let ecc: Int?
        let remap: String?
        /// How findings name it.
        let subject: String
    }

    /// The GPUs nvidia-smi listed.
    let gpus: [GPU]
    /// The driver's version.
    let driver: String?
    /// The newest CUDA release that the driver supports.
    let cuda: String?
    /// The GPUs' facts as they are.
    private let raw: [[String: FactValue]]
    /// How many GPUs could be read, of how many Slurm expects.
    let count: String

    init(_ report: NodeReport) {
        let facts = report.judgement?.facts ?? [:]
        driver = facts["driver"]?.text
        cuda = facts["cuda"]?.text
        let found = facts["gpu_count"]?.integer.map(String.init) ?? "?"
        let expected =
            facts["gpu_expected"]?.integer
            ?? report.node.map { $0.gpus.reduce(0) { $0 + $1.total } }
        count = report.judgement == nil ? "-" : "\(found)/\(expected.map(String.init) ?? "?")"
        raw = facts["gpus"]?.elements.map(\.fields) ?? []
        gpus = raw.map { Self.gpu($0) }
    }

    /// The hottest GPU, in °C.
    var hottest: Int? { gpus.compactMap(\.temperature).max() }

    /// Used and total memory of the GPU with the most used memory.
    var memory: String? { gpus.max { ($0.memoryUsed ?? -1) < ($1.memoryUsed ?? -1) }?.memory }

    /// The models, each once, with how many.
    var models: String {
        var counts: [(name: String, count: Int)] = []
        for name in gpus.compactMap(\.name) {
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        return counts.map { "\($0.count) x \($0.name)" }.joined(separator: ", ")
    }

    /// The value that all GPUs share in a fact; several values are joined with a slash.
    func common(_ key: String) -> String? {
        var seen: Set<String> = []
        let values = raw.compactMap { $0[key]?.word }.filter { seen.insert($0).inserted }
        return values.isEmpty ? nil : values.joined(separator: "/")
    }

    /// The sum of the uncorrectable memory errors; nil when no GPU reports them.
    var uncorrected: Int? {
        let counts = gpus.compactMap(\.ecc)
        return counts.isEmpty
            ? nil : counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    private static func gpu(_ facts: [String: FactValue]) -> GPU {
        let used = facts["memory_used_mib"]?.integer
        let total = facts["memory_total_mib"]?.integer
        return GPU(
            index: facts["index"]?.integer, pci: facts["pci"]?.text, name: facts["name"]?.text,
            verdict: facts["verdict"]?.text, temperature: facts["temperature_c"]?.integer,
            memory: used.flatMap { used in total.map { "\(used)/\($0)M" } },
            memoryUsed: used,
            ecc: facts["ecc_uncorrected_volatile"]?.integer, remap: remap(facts),
            subject: GPUVerdicts.subject(of: facts))
    }

    private static func remap(_ facts: [String: FactValue]) -> String? {
        if facts["row_remap_failure"] == .bool(true) { return "failure" }
        if facts["row_remap_pending"] == .bool(true) { return "pending" }
        return facts["row_remap_pending"] == .bool(false) ? "no" : nil
    }
}

extension GPUFacts {
    /// What the tables of a gpu-check add to comma-separated values.
    static let csv: [CSVColumn] = [
        CSVColumn("driver") { GPUFacts($0).driver ?? "" },
        CSVColumn("gpus") { $0.judgement?.facts["gpu_count"]?.word ?? "" },
        CSVColumn("gpus_expected") { $0.judgement?.facts["gpu_expected"]?.word ?? "" },
        CSVColumn("model") { $0.judgement == nil ? "" : GPUFacts($0).models },
    ]
}
