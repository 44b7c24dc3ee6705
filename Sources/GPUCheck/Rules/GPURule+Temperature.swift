import Verdicts

extension GPURule {
    /// Compares the temperature with the GPU's own limits, because no fixed limit fits two models.
    static let temperature = GPURule { gpu, _ in
        let core = marginFinding(gpu) ?? coreFinding(gpu)
        return [core, memoryFinding(gpu)].compactMap(\.self)
    }

    // From Hopper and Ada on, the margin counts down to 0, the end of the rated range; the hardware slows down
    // somewhere below 0.
    private static func marginFinding(_ gpu: GPUReport) -> Finding? {
        guard let margin = gpu.temperature.margin.number else { return nil }
        let reading =
            "\(text(gpu.temperature.core)), margin \(text(gpu.temperature.margin))"
        if let slowdown = gpu.temperature.slowdownMargin.number, margin < slowdown {
            return gpu.finding(
                .fail, "gpu.temperature",
                "too hot: \(reading), below the slowdown margin \(text(gpu.temperature.slowdownMargin))",
                remedy: GPURemedy.cooling)
        }
        guard margin <= gpu.temperature.highestMargin.number ?? 0 else { return nil }
        return gpu.finding(
            .warn, "gpu.temperature",
            "hot: \(reading), nothing left to the highest operating temperature",
            remedy: GPURemedy.cooling)
    }

    private static func coreFinding(_ gpu: GPUReport) -> Finding? {
        let temperature = gpu.temperature
        guard let core = temperature.core.number else { return nil }
        if let slowdown = temperature.slowdown.number, core >= slowdown {
            return gpu.finding(
                .fail, "gpu.temperature",
                "too hot: \(text(temperature.core)), slows down at \(text(temperature.slowdown))",
                remedy: GPURemedy.cooling)
        }
        guard let highest = temperature.highest.number, core >= highest else { return nil }
        return gpu.finding(
            .warn, "gpu.temperature",
            "hot: \(text(temperature.core)), rated up to \(text(temperature.highest))",
            remedy: GPURemedy.cooling)
    }

    private static func memoryFinding(_ gpu: GPUReport) -> Finding? {
        let temperature = gpu.temperature
        guard let memory = temperature.memory.number,
            let highest = temperature.memoryHighest.number, memory >= highest
        else { return nil }
        return gpu.finding(
            .warn, "gpu.memory_temperature",
            "hot memory: \(text(temperature.memory)), rated up to \(text(temperature.memoryHighest))",
            remedy: GPURemedy.cooling)
    }

    private static func text(_ value: GPUValue) -> String { value.word ?? "N/A" }
}
