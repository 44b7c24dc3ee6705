import Verdicts

extension GPURule {
    /// Fields that the driver failed to read, or whose value has the wrong form.
    static let unreadable = GPURule { gpu, _ in
        let watched = gpu.watched
        func errors(_ weight: GPUWatchedField.Weight) -> [GPUField] {
            watched.filter { $0.weight == weight }.map(\.field).filter(\.isError)
        }
        let hidden = watched.filter { $0.weight != .sensor }.map(\.field)
            .filter { $0.value == .notPermitted }
        return [
            finding(
                gpu, .fail, "gpu.unreadable", "the driver cannot read", errors(.vital),
                remedy: GPURemedy.reset),
            finding(gpu, .unknown, "gpu.unread", "the driver cannot read", errors(.judged)),
            finding(
                gpu, .warn, "gpu.sensor", "the driver cannot read", errors(.sensor),
                remedy: "check again; a single failure is no fault"),
            finding(
                gpu, .unknown, "gpu.not_permitted", "not permitted to read", hidden,
                remedy: "run the check as a user who may read them"),
            finding(
                gpu, .unknown, "gpu.garbled", "cannot make sense of",
                watched.filter(\.isGarbled).map(\.field)),
        ].compactMap(\.self)
    }

    private static func finding(
        _ gpu: GPUReport, _ severity: Severity, _ code: String, _ message: String,
        _ fields: [GPUField], remedy: String? = nil
    ) -> Finding? {
        guard !fields.isEmpty else { return nil }
        let list = fields.map(\.evidence).joined(separator: ", ")
        return gpu.finding(severity, code, "\(message) \(list)", remedy: remedy)
    }
}

extension GPUField {
    fileprivate var isError: Bool {
        if case .error = value { true } else { false }
    }

    fileprivate var evidence: String {
        switch value {
        case .error(let text), .present(let text): "\(name) (\(text.prefix(40)))"
        case .absent, .notPermitted, .lost, .needsReset: name
        }
    }
}
