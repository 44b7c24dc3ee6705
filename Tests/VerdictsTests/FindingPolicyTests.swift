import FanOut
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// What a site's settings and `--only`, `--skip` make of findings: they never make a sick or an unseen node well by accident.
@Suite struct FindingPolicyTests {
    private static let codes = [
        "a.x", "a.x_more", "a.y", "a", "b.lost", "b.hot", "run.timed_out", "run.exit", "ab",
    ]
    private static let blinding: Set<String> = ["b.lost"]

    private static func findings(_ random: inout SeededRandom) -> [Finding] {
        (0..<Int.random(in: 0...8, using: &random)).map { number in
            Finding(
                Severity.allCases.randomElement(using: &random) ?? .fail,
                code: codes.randomElement(using: &random) ?? "a.x", message: "m\(number)")
        }
    }

    private static func policy(_ random: inout SeededRandom) -> FindingPolicy {
        let beginnings = codes + ["a.", "b", "c", "run", "b.l"]
        func some() -> [String] {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return [] }
            return (0...Int.random(in: 0...2, using: &random)).map { _ in
                beginnings.randomElement(using: &random) ?? "a"
            }
        }
        var policy = FindingPolicy()
        (policy.only, policy.skip) = (some(), some())
        for code in some() {
            policy.levels[code] = FindingPolicy.Level.allCases.randomElement(using: &random)
        }
        return policy
    }

    @Test(
        "Any policy, twice applied, is the policy applied once, and makes no finding",
        arguments: 0..<80)
    func anyPolicy(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let policy = Self.policy(&random)
        let judgement = Judgement(findings: Self.findings(&random), facts: ["f": .int(1)])
        let once = policy.apply(to: judgement, blinding: Self.blinding)
        #expect(policy.apply(to: once, blinding: Self.blinding) == once)
        #expect(once.facts == judgement.facts)
        #expect(once.findings.map(\.severity) == once.findings.map(\.severity).sorted(by: >))
        let before = Set(judgement.findings.map(\.message))
        #expect(Set(once.findings.map(\.message)).isSubset(of: before))
        for finding in judgement.findings {
            let isKept = once.findings.contains { $0.message == finding.message }
            let isNamed = policy.skip.contains(finding.code) || policy.levels[finding.code] == .off
            let isBlind =
                finding.severity == .unknown || finding.code.hasPrefix("run.")
                || Self.blinding.contains(finding.code)
            // Only its own full code takes away that something could not be seen.
            if isBlind { #expect(isKept == !isNamed, "\(finding)") }
            if isNamed { #expect(!isKept, "\(finding)") }
        }
    }

    private func kept(_ change: (inout FindingPolicy) -> Void) -> [String] {
        var policy = FindingPolicy()
        change(&policy)
        let findings = Self.codes.map { Finding(.fail, code: $0, message: "") }
        return policy.apply(to: Judgement(findings: findings), blinding: Self.blinding)
            .findings.map(\.code)
    }

    @Test("--only takes beginnings, --skip too, and --skip wins")
    func beginnings() {
        let blind = ["b.lost", "run.timed_out", "run.exit"]
        #expect(kept { $0.only = ["a.x"] } == ["a.x", "a.x_more"] + blind)
        #expect(kept { $0.only = ["a"] } == ["a.x", "a.x_more", "a.y", "a"] + blind + ["ab"])
        #expect(kept { ($0.only, $0.skip) = (["a"], ["a."]) } == ["a"] + blind + ["ab"])
        #expect(kept { $0.only = ["none.such"] } == blind)
        #expect(
            kept { ($0.only, $0.skip) = (["a.x"], ["a.x", "b.lost", "run."]) }
                == ["run.timed_out", "run.exit"])
        // A beginning that is empty is that of every code.
        #expect(kept { $0.only = [""] } == Self.codes)
        #expect(kept { $0.skip = [""] } == blind)
    }

    @Test("A level is that of a whole code, and puts the worst first again")
    func levels() {
        var policy = FindingPolicy()
        policy.levels = ["a.x": .fail, "a": .off, "b.hot": .info]
        let judgement = policy.apply(
            to: Judgement(findings: [
                Finding(.warn, code: "b.hot", message: "1"),
                Finding(.warn, code: "a.x_more", message: "2"),
                Finding(.info, code: "a.x", message: "3"),
                Finding(.warn, code: "a", message: "4"),
            ]), blinding: [])
        #expect(judgement.findings.map(\.message) == ["3", "2", "1"])
        #expect(judgement.verdict == .fail)
        #expect(!policy.isEmpty && FindingPolicy().isEmpty)
    }

    // MARK: - The probe with a policy

    /// A probe that says what it was told, and finds one thing more by comparing.
    private struct Told: Probe {
        let name = "told"
        let payload = Payload(arguments: ["true"], timeout: 1)
        let use = NodeUse.reads
        var findings: [Finding]

        func judge(_ result: NodeResult, node: Node?) -> Judgement { Judgement(findings: findings) }

        func review(_ reports: [NodeReport]) -> [NodeReport] {
            reports.map { report in
                var report = report
                let odd = Finding(.warn, code: "b.odd", message: "differs")
                if var judgement = report.judgement,
                    !judgement.findings.contains(where: { $0.code == odd.code })
                {
                    judgement.findings.append(odd)
                    report.judgement = judgement
                }
                return report
            }
        }
    }

    private func reviewed(_ findings: [Finding], _ change: (inout FindingPolicy) -> Void)
        -> [NodeReport]
    {
        var policy = FindingPolicy()
        change(&policy)
        let probe = PolicedProbe(
            Told(findings: findings), policy: policy, rules: FindingRules(blinding: Self.blinding))
        #expect(probe.name == "told" && probe.isBrief && probe.use == .reads)
        let rows = [
            NodeResult(node: "n", outcome: .finished), NodeResult(node: "m", outcome: .notRun),
        ]
        .map { NodeReport(result: $0, node: nil, probe: probe) }
        let once = probe.review(rows)
        #expect(probe.review(once) == once, "a second review changed rows")
        return once
    }

    @Test("What comparing finds goes through the policy too; a node that was not run gets nothing")
    func review() {
        let hot = [Finding(.warn, code: "b.hot", message: "hot")]
        let rows = reviewed(hot) { $0.levels = ["b.odd": .fail] }
        #expect(rows[0].judgement?.findings.map(\.message) == ["differs", "hot"])
        #expect(rows.map(\.verdict) == [.fail, nil])
        #expect(reviewed(hot) { $0.skip = ["b.odd"] }[0].judgement?.findings == hot)
    }

    @Test("What a wordy node says is counted once, also after its row was compared with others")
    func wordy() {
        let flood = (0..<1_000).map { Finding(.fail, code: "a.x", message: "\($0)") }
        let row = reviewed(flood) { $0.skip = ["b.odd"] }[0]
        let cuts = row.judgement?.findings.filter { $0.code == Judgement.cutCode } ?? []
        #expect(cuts.count == 1 && cuts[0].message.contains("800 more findings"))
        #expect(row.judgement?.findings.count == JudgementLimits.findings + 1)
        let compared = reviewed(flood) { _ in }[0].judgement?.findings ?? []
        #expect(compared.contains { $0.message.contains("800 more findings") })
        #expect(compared.count { $0.code == Judgement.cutCode } == 2)
    }
}
