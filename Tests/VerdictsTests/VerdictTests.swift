import FanOut
import SlurmModel
import Testing
import Verdicts

@Suite struct VerdictTests {
    fileprivate static func finding(_ severity: Severity, _ code: String = "x") -> Finding {
        Finding(severity, code: code, message: "m")
    }

    @Test func order() {
        #expect(Severity.allCases.sorted() == [.info, .warn, .unknown, .fail])
        #expect(Verdict.allCases.sorted() == [.ok, .warn, .unknown, .fail])
        #expect(Verdict.fail > .unknown && Severity.unknown > .warn && !(Verdict.ok < .ok))
    }

    @Test(
        arguments: [
            ([], .ok), ([.info], .ok), ([.warn, .info], .warn), ([.warn, .unknown], .unknown),
            ([.unknown, .fail, .warn], .fail),
        ] as [([Severity], Verdict)])
    func worst(_ severities: [Severity], _ verdict: Verdict) {
        #expect(Verdict(of: severities.map { Self.finding($0) }) == verdict)
    }

    @Test func judgementSorts() {
        let judgement = Judgement(findings: [
            Self.finding(.info, "1"), Self.finding(.fail, "2"), Self.finding(.warn, "3"),
            Self.finding(.fail, "4"), Self.finding(.unknown, "5"), Self.finding(.warn, "6"),
        ])
        // Worst first, equals in the order given.
        #expect(judgement.findings.map(\.code).joined() == "245361")
        #expect(judgement.verdict == .fail)
        #expect(Judgement().verdict == .ok)
    }

    @Test func texts() {
        #expect(Self.finding(.warn).text == "m")
        let full = Finding(.fail, code: "x", subject: "GPU 3", message: "lost", remedy: "reboot")
        #expect(full.text == "GPU 3: lost -> reboot")
    }

    /// A probe that finds what it is told.
    private struct Told: Probe {
        let name = "told"
        let payload = Payload(arguments: ["true"], timeout: 1)
        let use = NodeUse.reads
        let severity: Severity

        func judge(_ result: NodeResult, node: Node?) -> Judgement {
            Judgement(findings: [VerdictTests.finding(severity)])
        }
    }

    private func summary(_ severities: [Severity?]) -> RunSummary {
        RunSummary(
            severities.map { severity in
                NodeReport(
                    result: NodeResult(node: "n", outcome: severity == nil ? .notRun : .finished),
                    node: nil, probe: Told(severity: severity ?? .info))
            })
    }

    @Test func counts() {
        let summary = summary([.info, .warn, .unknown, .fail, .fail, nil])
        #expect(summary.ok == 1 && summary.warn == 1 && summary.unknown == 1)
        #expect(summary.fail == 2 && summary.notRun == 1)
    }

    struct Exit: Sendable, CustomTestStringConvertible {
        let severities: [Severity?]
        let code, strict, ignoring: Int32
        var testDescription: String { "\(severities)" }

        init(_ severities: [Severity?], _ code: Int32, strict: Int32, ignoring: Int32) {
            self.severities = severities
            (self.code, self.strict, self.ignoring) = (code, strict, ignoring)
        }
    }

    @Test(arguments: [
        Exit([], 0, strict: 0, ignoring: 0),
        Exit([.info], 0, strict: 0, ignoring: 0),
        Exit([.info, .warn], 0, strict: 1, ignoring: 0),
        Exit([.info, nil], 2, strict: 2, ignoring: 0),
        Exit([.unknown], 2, strict: 2, ignoring: 2),
        Exit([.unknown, .warn], 2, strict: 1, ignoring: 2),
        Exit([.fail, .unknown, nil], 1, strict: 1, ignoring: 1),
        Exit([nil, nil], 2, strict: 2, ignoring: 0),
    ])
    func exitCodes(_ given: Exit) {
        let summary = summary(given.severities)
        #expect(summary.exitCode() == given.code)
        #expect(summary.exitCode(strict: true) == given.strict)
        #expect(summary.exitCode(ignoreNotRun: true) == given.ignoring)
    }

    @Test(
        arguments: [
            (.timedOut, .unknown), (.nodeFailed, .fail), (.launchFailed, .unknown),
            (.cancelled, .unknown), (.garbled, .unknown),
        ] as [(Outcome, Verdict)])
    func withoutAnswer(_ outcome: Outcome, _ verdict: Verdict) throws {
        let bare = NodeResult(node: "n", outcome: outcome)
        let judgement = try #require(Judgement(withoutAnswer: bare))
        #expect(judgement.verdict == verdict)
        #expect(judgement.findings.first?.code == "run.\(outcome.rawValue)")
        #expect(judgement.findings.first?.message == outcome.words)
        let said = NodeResult(node: "n", outcome: outcome, reason: "why", remedy: "what")
        #expect(Judgement(withoutAnswer: said)?.findings.first?.text == "why -> what")
    }

    @Test func answered() {
        #expect(Judgement(withoutAnswer: NodeResult(node: "n", outcome: .finished)) == nil)
        #expect(Judgement(withoutAnswer: NodeResult(node: "n", outcome: .notRun)) == nil)
    }
}
