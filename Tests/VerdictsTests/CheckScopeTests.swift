import TestSupport
import Testing

@testable import Verdicts

/// A run's word counts for another scope of its check only where that scope's own run would have said the same.
@Suite struct CheckScopeTests {
    private static let codes = ["g", "g.a", "g.a.deep", "g.b", "g.lost", "h.x", "run.timed_out"]
    private static let blinding: Set<String> = ["g.lost"]
    private static let points = ["/a", "/b", "/lustre"]

    private static func some(_ all: [String], _ random: inout SeededRandom) -> [String] {
        guard Bool.random(using: &random) else { return [] }
        return all.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    }

    private static func scope(_ random: inout SeededRandom) -> CheckScope {
        var policy = FindingPolicy()
        policy.only = some(codes + ["h"], &random)
        policy.skip = some(codes + ["h", "run"], &random)
        return CheckScope(
            "c", subjects: some(points, &random), details: some(["--deep", "--canary"], &random),
            policy: policy)
    }

    @Test(
        "Covering is an order: every scope covers itself, and what covers a cover covers",
        arguments: 0..<10)
    func order(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let scopes = (0..<26).map { _ in Self.scope(&random) }
        for one in scopes {
            #expect(one.covers(one))
            for other in scopes where one.covers(other) {
                for third in scopes where other.covers(third) {
                    if !one.covers(third) { Issue.record("\(one) \(other) \(third)") }
                }
            }
        }
    }

    /// What a run of a scope reports of a node that is sick in these ways.
    private static func run(_ scope: CheckScope, _ sick: [Finding]) -> CheckResult {
        let all = CheckResult(scope, findings: sick, blinding: blinding)
        return CheckResult(
            scope, findings: all.findings.filter { scope.takes($0, blinding: blinding) },
            blinding: blinding)
    }

    @Test(
        "What a wider run says of a narrower scope is what that scope's own run would have said",
        arguments: 0..<12)
    func counts(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var covered = 0
        for _ in 0..<150 {
            let (wide, narrow) = (Self.scope(&random), Self.scope(&random))
            let sick = Self.some(Self.codes, &random).map { code in
                Finding(
                    Bool.random(using: &random) ? .fail : .warn, code: code,
                    subject: Bool.random(using: &random)
                        ? Self.points.randomElement(using: &random) : nil, message: code)
            }
            guard let said = Self.run(wide, sick).seen(as: narrow) else { continue }
            covered += 1
            let own = Self.run(narrow, sick)
            if said.findings != own.findings || said.scope != narrow {
                Issue.record("\(wide.name) for \(narrow.name): \(said.findings) \(own.findings)")
            }
        }
        #expect(covered > 0)
    }

    private func scope(
        only: [String] = [], skip: [String] = [], subjects: [String] = [], details: [String] = []
    ) -> CheckScope {
        var policy = FindingPolicy()
        (policy.only, policy.skip) = (only, skip)
        return CheckScope("c", subjects: subjects, details: details, policy: policy)
    }

    @Test("A run that was told not to look for a lost GPU takes back no word of one that was lost")
    func hidden() {
        let lost = Finding(.fail, code: "g.lost", message: "lost")
        let blinded = Self.run(scope(skip: ["g.lost"]), [lost])
        #expect(blinded.verdict == .ok)
        for other in [scope(only: ["h.x"]), scope(skip: ["g"]), scope()] {
            #expect(Self.run(other, [lost]).verdict == .fail)
            #expect(blinded.seen(as: other) == nil, "\(other.name)")
        }
        #expect(blinded.seen(as: scope(only: ["h"], skip: ["g.lost"]))?.verdict == .ok)
        let silent = Self.run(scope(skip: ["run.timed_out"]), [])
        #expect(silent.seen(as: scope(only: ["h.x"])) == nil)
        // What blinds nothing may be left out by a run that counts for those that never had it.
        #expect(Self.run(scope(skip: ["g.a"]), []).seen(as: scope(only: ["h.x"])) != nil)
    }

    @Test("Another check, a shallower run, and fewer mounts say nothing of this one")
    func apart() {
        let other = CheckScope("d")
        #expect(!scope().covers(other) && !other.covers(scope()))
        #expect(!scope(details: ["--deep"]).covers(scope(details: ["--deep", "--canary"])))
        #expect(scope(details: ["--canary", "--deep"]).covers(scope(details: ["--deep"])))
        #expect(!scope(subjects: ["/a"]).covers(scope(subjects: ["/a", "/b"])))
        #expect(scope(subjects: ["/a"]).covers(scope(subjects: ["/a", "/b"]), verified: ["/b"]))
        // A run of some mounts is none of all that the node has, whatever it came upon.
        #expect(!scope(subjects: ["/a"]).covers(scope(), verified: ["/b"]))
    }

    @Test(
        "A finding of one mount is no finding of another; one of the node is everyone's",
        arguments: [
            (nil, true), ("/a", true), ("/b", false), ("/a OST0003", true), ("/b, /a", true),
            ("/ab", false), ("/a/b", false), ("the kernel log", true), ("", true),
        ] as [(String?, Bool)])
    func subjects(_ subject: String?, _ takes: Bool) {
        let finding = Finding(.fail, code: "m.x", subject: subject, message: "m")
        #expect(scope(subjects: ["/a"]).takes(finding, blinding: []) == takes)
        #expect(scope().takes(finding, blinding: []))
    }

    @Test("Its name is what a person would type, in one order, each filter once")
    func names() {
        let filtered = scope(only: ["g.b", "g.a", "g.b"], skip: ["h.x"])
        #expect(filtered.name == "c --only g.a,g.b --skip h.x")
        #expect(filtered == scope(only: ["g.a", "g.b"], skip: ["h.x", "h.x"]))
        #expect(!filtered.isPlain && scope().isPlain && scope().filters.isEmpty)
        let labelled = CheckScope("c", label: "c /a --canary", subjects: ["/a"])
        #expect(labelled.name == "c /a --canary" && !labelled.isPlain)
        #expect(CheckScope("check environment").name == "check environment")
    }

    @Test("What a node could not be asked is not what it was asked and did well")
    func unseen() {
        let result = CheckResult(
            scope(),
            findings: [
                Finding(.info, code: "g.a", message: "i"),
                Finding(.warn, code: "g.b", message: "w"),
            ],
            unseen: ["g.a", "h"])
        #expect(result.findings.map(\.code) == ["g.b"] && result.verdict == .warn)
        #expect(result.lookedFor(["g.b", "g"]) && result.lookedFor([]))
        #expect(!result.lookedFor(["g.b", "g.a.deep"]) && !result.lookedFor(["h.x"]))
    }

    // MARK: - What the closing line says

    private func words(_ scope: CheckScope, checks: [String: String] = [:]) -> String? {
        let kinds = ["g.a", "g.b", "g.lost", "h.x"].map {
            FindingKind($0, .fail, "m", source: "s", action: "a")
        }
        return LeftOut(
            scope, rules: FindingRules(kinds: kinds, blinding: Self.blinding, checks: checks)
        ).words
    }

    @Test(
        "How much a run left out is told in checks where they have names, else in kinds of finding")
    func leftOut() {
        #expect(words(scope(subjects: ["/a"])) == nil)
        #expect(
            words(scope(only: ["g."]))
                == "4 kinds of finding, 3 run, 1 left out by --only g.; what these found before stands"
        )
        let checks = ["g.a": "one", "g.b": "one", "g.lost": "two", "h.x": "two"]
        #expect(
            words(scope(skip: ["g.a"]), checks: checks)
                == "2 checks, 2 run, 0 left out by --skip g.a; what these found before stands")
        #expect(
            words(scope(only: ["g.a"], skip: ["h"]), checks: checks)
                == "2 checks, 1 run, 1 left out by --only g.a --skip h; what these found before stands"
        )
        #expect(
            LeftOut(scope(only: ["g"]), rules: FindingRules()).words
                == "only some findings count (--only g); what was found before of the others stands"
        )
    }
}
