import Verdicts

extension GPURule {
    /// Fields that every driver gives for every GPU, but that this answer lacks.
    static let missing = GPURule { gpu, _ in
        // When the answer breaks off within a GPU, another finding reports the break.
        guard gpu.isWhole else { return [] }
        // A part of a GPU (vGPU) has no thermometer.
        let isPart = gpu.isPart
        // A GPU that uses the node's own memory says that it has no memory size.
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
