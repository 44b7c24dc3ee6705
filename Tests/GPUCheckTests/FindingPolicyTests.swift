@testable import GPUCheck
import Testing
import Verdicts

@Suite struct FindingPolicyTests {
    private static let findings = [
        Finding(.fail, code: "gpu.ecc_uncorrected", message: "2 errors"),
        Finding(.warn, code: "gpu.throttle", message: "hot"),
        Finding(.unknown, code: "gpu.unread", message: "not read"),
        Finding(.fail, code: "gpu.hang", message: "no answer"),
        Finding(.info, code: "gpu.odd.no_majority", message: "2 nodes"),
    ]

    private func codes(_ change: (inout FindingPolicy) -> Void) -> [String] {
        var policy = FindingPolicy()
        change(&policy)
        let blinding = GPUCheckSpecification.rules.blinding
        let once = policy.apply(
            to: Judgement(findings: Self.findings, facts: ["a": .int(1)]), blinding: blinding)
        #expect(policy.apply(to: once, blinding: blinding) == once, "twice is not once")
        #expect(once.facts == ["a": .int(1)])
        return once.findings.map { "\($0.code) \($0.severity)" }.sorted()
    }

    private let all = [
        "gpu.ecc_uncorrected fail", "gpu.hang fail", "gpu.odd.no_majority info",
        "gpu.throttle warn", "gpu.unread unknown",
    ]

    @Test func nothing() {
        #expect(codes { _ in } == all)
    }

    @Test(arguments: FindingPolicy.Level.allCases)
    func levels(_ level: FindingPolicy.Level) {
        let expected = all.map { $0.replacing("throttle warn", with: "throttle \(level)") }
            .filter { !$0.hasSuffix(" off") }
        #expect(codes { $0.levels = ["gpu.throttle": level] } == expected)
    }

    @Test("A filter never hides that something could not be read")
    func only() {
        #expect(
            codes { $0.only = ["gpu.throttle"] } == [
                "gpu.hang fail", "gpu.throttle warn", "gpu.unread unknown",
            ])
        #expect(
            codes { $0.only = ["gpu.ecc", "gpu.throttle"] }
                == all.filter { !$0.contains("majority") })
    }

    @Test("What is named in full is left out; a beginning spares what could not be read")
    func skip() {
        #expect(codes { $0.skip = ["gpu.throttle"] } == all.filter { !$0.contains("throttle") })
        #expect(codes { $0.skip = ["gpu.hang", "gpu.unread"] }.count == 3)
        #expect(codes { $0.skip = ["gpu."] } == ["gpu.hang fail", "gpu.unread unknown"])
    }
}
