package import FanOut

extension Judgement {
    /// The judgement of a target that left no answer to read; nil for one that finished.
    ///
    /// - Parameters:
    ///   - result: How the target ended.
    ///   - timeout: The severity of a payload that ran out of time; for a check, nothing is known.
    package init?(withoutAnswer result: NodeResult, timeout: Severity = .unknown) {
        let severity: Severity
        switch result.outcome {
        case .finished, .notRun: return nil
        case .timedOut: severity = timeout
        case .nodeFailed: severity = .fail
        // The cause is known and lies on the node: the files were not put in place.
        case .launchFailed where result.code == .files: severity = .fail
        case .launchFailed, .cancelled, .garbled: severity = .unknown
        }
        self.init(findings: [
            Finding(
                severity, code: "run.\(result.outcome.rawValue)",
                message: result.reason ?? result.outcome.words, remedy: result.remedy)
        ])
    }
}
