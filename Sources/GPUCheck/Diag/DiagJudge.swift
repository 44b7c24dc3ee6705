import Verdicts

/// Judges the results of DCGM's diagnostic.
struct DiagJudge: Sendable {
    let answer: DiagAnswer

    /// DCGM's severity of a fault in the configuration, such as persistence mode: DCGM_ERROR_CONFIG.
    private static let configuration = 5
    /// DCGM's severity of a fault that a reset repairs: DCGM_ERROR_RESET.
    private static let reset = 6

    /// The findings about tests.
    func findings() -> [Finding] {
        var findings = answer.results.compactMap(finding)
        if !answer.results.isEmpty, ran.isEmpty {
            findings.append(
                Finding(
                    .unknown, code: DiagFinding.skipped.rawValue,
                    message: "DCGM skipped all of its \(tests.count) tests",
                    remedy: "see DCGM's reasons with --format json"))
        }
        return findings
    }

    /// The tests, and how many of them ran, in the form of gpu-check's own checks.
    func facts() -> [String: FactValue] {
        let skipped = tests.filter { !ran.contains($0) }
        return [
            "dcgm_version": FactValue(answer.version),
            "checks": .object([
                "total": .int(tests.count), "ran": .int(ran.count),
                "not_run": .list(
                    skipped.map { test in
                        let reason = answer.results.first { $0.test == test }?.messages.first
                        return .object([
                            "check": .string(test), "reason": .string(reason ?? "skipped by DCGM"),
                        ])
                    }),
            ]),
            "tests": .list(answer.results.map(fact)),
        ]
    }

    /// Every test's name, once, in order.
    private var tests: [String] {
        var seen: Set<String> = []
        return answer.results.map(\.test).filter { seen.insert($0).inserted }
    }

    /// The tests that have a result on at least one GPU.
    private var ran: Set<String> {
        Set(
            answer.results.filter { [.pass, .fail, .warn].contains($0.status) }.map(\.test))
    }

    private func finding(_ result: DiagAnswer.Result) -> Finding? {
        let said = result.messages.isEmpty ? "" : ": " + result.messages.joined(separator: "; ")
        func finding(_ severity: Severity, _ kind: DiagFinding, _ words: String, _ remedy: String?)
            -> Finding
        {
            Finding(
                severity, code: kind.rawValue, subject: result.subject,
                message: "\(result.test) \(words)\(said)", remedy: remedy)
        }
        switch result.status {
        case .pass: return nil
        case .fail:
            // When persistence mode is off, the test fails for every GPU, although no GPU is broken.
            let isSetting =
                !result.severities.isEmpty
                && result.severities.allSatisfy { $0 == Self.configuration }
            if isSetting { return finding(.warn, .failed, "failed", "correct the node's settings") }
            let repairs =
                !result.severities.isEmpty && result.severities.allSatisfy { $0 == Self.reset }
            return finding(
                .fail, .failed, "failed",
                repairs
                    ? GPURemedy.reset : "drain the node; if it fails again, replace the GPU")
        case .warn: return finding(.warn, .warned, "warns", nil)
        case .skip: return finding(.info, .skipped, "was skipped", nil)
        case .other(let word):
            return finding(.unknown, .answer, "ended as '\(word)'", "run dcgmi diag on the node")
        }
    }

    private func fact(_ result: DiagAnswer.Result) -> FactValue {
        let status =
            switch result.status {
            case .pass: "pass"
            case .fail: "fail"
            case .warn: "warn"
            case .skip: "skip"
            case .other(let word): word
            }
        return .object([
            "test": .string(result.test), "subject": FactValue(result.subject),
            "status": .string(status), "messages": .list(result.messages.map(FactValue.string)),
        ])
    }
}
