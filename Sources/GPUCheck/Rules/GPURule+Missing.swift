import Verdicts

extension GPURule {
    /// Fields that every driver gives for every GPU, and this answer does not have.
    static let missing = GPURule { gpu, _ in
        // Of a GPU the answer breaks off in, the break is the finding.
        guard gpu.isWhole else { return [] }
        // A part of a GPU (vGPU) has no thermometer.
        let isPart = gpu.isPart
        // A GPU that uses the node's own memory has none to count, and says so.
        let isUnified = GPUModel.hasUnifiedMemory(gpu.name.word) && gpu.tellsNoMemory
        let fields = [
            ("UUID", gpu.uuid), ("name", gpu.name),
            ("memory total", isUnified ? .present("") : gpu.memoryTotal),
            ("memory used", isUnified ? .present("") : gpu.memoryUsed),
            ("temperature", isPart ? .present("") : gpu.temperature.core),
        ]
        let missing = fields.filter { $0.1 == .absent }.map(\.0)
        guard !missing.isEmpty else { return [] }
        return [
            gpu.finding(
                .unknown, "gpu.missing", "the answer lacks \(missing.joined(separator: ", "))")
        ]
    }
}
