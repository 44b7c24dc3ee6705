package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet gpu-check --diag`: DCGM's own diagnostic, which needs the GPUs for itself.
package struct DiagProbe: Probe {
    package let name = "gpu-diag"
    package let payload: Payload
    /// It loads every GPU: whole, idle nodes only.
    package let use = NodeUse.changes
    package let gpuRequest = RunPlan.GPURequest.free

    /// The levels that there are.
    package static let levels = 1...3

    /// Seconds between dcgmi's own deadline and the payload's, so that its answer can still be sent.
    private static let slack = 10

    /// Seconds a level may take by default.
    ///
    /// NVIDIA gives "a few seconds", "2 minutes" and "30 minutes" on an 8-GPU host; the slowest healthy hosts
    /// need twice that.
    package static func seconds(level: Int) -> Int {
        switch level {
        case ...1: 120
        case 2: 600
        default: 3_600
        }
    }

    /// Makes the probe.
    ///
    /// - Parameters:
    ///   - level: DCGM's level: 1 quick, 2 medium, 3 long.
    ///   - timeout: Seconds it may run in all.
    package init(level: Int, timeout: Int) {
        payload = Payload(
            script: String(decoding: PackageResources.gpu_diag_sh, as: UTF8.self),
            variables: [
                "FLEET_DIAG_LEVEL=\(level)",
                "FLEET_TOOL_SECONDS=\(max(1, timeout - Self.slack))",
            ], timeout: timeout, wantsRoot: true)
    }

    private static let begin = Array("@fleet begin dcgmi\n".utf8)
    private static let end = Array("\n@fleet end dcgmi exit=".utf8)

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        if result.outcome == .timedOut { return late }
        if let none = Judgement(withoutAnswer: result) { return none }
        guard let (document, exit) = Self.parts(result.stdout) else {
            return only(.answer, "the node's answer is incomplete")
        }
        let stderr = String(decoding: result.stderr, as: UTF8.self)
        let answer = DiagAnswer(document)
        guard !answer.results.isEmpty else {
            return nothing(answer, document, exit: exit, stderr: stderr)
        }
        let judge = DiagJudge(answer: answer)
        var findings = judge.findings()
        let explained = findings.contains { $0.severity > .info }
        if exit == 124 || exit == 137 {
            findings.append(finding(.timeout, "dcgmi was stopped at its deadline"))
        } else if exit != 0, !explained {
            findings.append(
                finding(.answer, "dcgmi ended with exit code \(exit), and no test failed"))
        }
        if let error = answer.runtimeError { findings.append(finding(.answer, error)) }
        return Judgement(findings: findings, facts: judge.facts())
    }

    private var late: Judgement {
        only(.timeout, "the diagnostic did not end within \(payload.timeout) s (--timeout)")
    }

    /// The finding when there is no result.
    private func nothing(
        _ answer: DiagAnswer, _ document: [UInt8], exit: Int, stderr: String
    ) -> Judgement {
        let text = String(decoding: document, as: UTF8.self) + stderr
        let line =
            text.split(whereSeparator: \.isNewline)
            .first { $0.lowercased().contains("error") }.map { ": \($0.prefix(300))" } ?? ""
        if exit == 127 {
            return only(
                .notInstalled, "there is no dcgmi on the node: the diagnostic did not run")
        }
        if exit == 124 || exit == 137 { return late }
        if text.lowercased().contains("unable to establish a connection")
            || text.lowercased().contains("host engine")
        {
            return only(.engine, "dcgmi does not reach its host engine\(line)")
        }
        let what = answer.runtimeError.map { ": \($0)" } ?? line
        return only(
            .answer,
            answer.isDocument
                ? "dcgmi reports no test (exit code \(exit))\(what)"
                : "dcgmi's answer cannot be read (exit code \(exit))\(what)")
    }

    private func only(_ kind: DiagFinding, _ message: String) -> Judgement {
        Judgement(findings: [finding(kind, message)])
    }

    private func finding(_ kind: DiagFinding, _ message: String) -> Finding {
        Finding(.unknown, code: kind.rawValue, message: message, remedy: kind.kind.action)
    }

    /// dcgmi's standard output, and its exit code; nil when the script did not finish.
    private static func parts(_ bytes: [UInt8]) -> (document: [UInt8], exit: Int)? {
        let newline = UInt8(ascii: "\n")
        guard bytes.starts(with: begin), bytes.last == newline,
            let start = bytes.dropLast().lastIndex(of: newline), start + 1 >= begin.count
        else { return nil }
        // The end mark is on the last line, so that no output of dcgmi can be taken for it.
        let line = bytes[start...].dropLast()
        guard line.starts(with: end),
            let exit = Int(String(decoding: line.dropFirst(end.count), as: UTF8.self))
        else { return nil }
        return (Array(bytes[min(begin.count, start)..<start]), exit)
    }
}
