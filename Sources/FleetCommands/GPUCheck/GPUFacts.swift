import FleetCore
import SlurmModel

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
        var subject: String {
            "GPU \(index ?? 0)" + (pci.map { " (\($0))" } ?? "")
        }
    }

    /// The GPUs nvidia-smi listed.
    let gpus: [GPU]
    /// The driver's version.
    let driver: String?
    /// How many GPUs could be read, of how many Slurm expects.
    let count: String

    init(_ report: NodeReport) {
        let facts = report.judgement?.facts ?? [:]
        driver = Self.text(facts["driver"])
        let found = Self.number(facts["gpu_count"]).map(String.init) ?? "?"
        let expected =
            Self.number(facts["gpu_expected"])
            ?? report.node.map { $0.gpus.reduce(0) { $0 + $1.total } }
        count = report.judgement == nil ? "-" : "\(found)/\(expected.map(String.init) ?? "?")"
        gpus = Self.list(facts["gpus"]).map { Self.gpu($0) }
    }

    /// The hottest GPU, in °C.
    var hottest: Int? { gpus.compactMap(\.temperature).max() }

    /// Memory in use and in all, of the fullest GPU.
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

    private static func gpu(_ facts: [String: FactValue]) -> GPU {
        let used = number(facts["memory_used_mib"])
        let total = number(facts["memory_total_mib"])
        return GPU(
            index: number(facts["index"]), pci: text(facts["pci"]), name: text(facts["name"]),
            verdict: text(facts["verdict"]), temperature: number(facts["temperature_c"]),
            memory: used.flatMap { used in total.map { "\(used)/\($0)M" } },
            memoryUsed: used,
            ecc: number(facts["ecc_uncorrected_volatile"]), remap: remap(facts))
    }

    private static func remap(_ facts: [String: FactValue]) -> String? {
        if facts["row_remap_failure"] == .bool(true) { return "failure" }
        if facts["row_remap_pending"] == .bool(true) { return "pending" }
        return facts["row_remap_pending"] == .bool(false) ? "no" : nil
    }

    private static func text(_ value: FactValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private static func number(_ value: FactValue?) -> Int? {
        if case .int(let number)? = value { number } else { nil }
    }

    private static func list(_ value: FactValue?) -> [[String: FactValue]] {
        guard case .list(let items)? = value else { return [] }
        return items.compactMap { if case .object(let fields) = $0 { fields } else { nil } }
    }
}
