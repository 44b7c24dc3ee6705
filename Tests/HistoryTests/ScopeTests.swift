import History
import TestSupport
import Testing
import Verdicts

/// A check's standing changes only by a run that looked at all of it.
@Suite struct ScopeTests {
    private static func scope(
        _ only: [String] = [], skip: [String] = [], subjects: [String] = [],
        details: [String] = []
    ) -> CheckScope {
        var policy = FindingPolicy()
        policy.only = only
        policy.skip = skip
        return CheckScope("c", subjects: subjects, details: details, policy: policy)
    }

    struct Pair: Sendable {
        let wide: CheckScope
        let narrow: CheckScope
        let covers: Bool
    }

    static let pairs = [
        Pair(wide: scope(), narrow: scope(["g.a"]), covers: true),
        Pair(wide: scope(["g.a"]), narrow: scope(), covers: false),
        Pair(wide: scope(["g"]), narrow: scope(["g.a", "g.b"]), covers: true),
        Pair(wide: scope(["g.a"]), narrow: scope(["g"]), covers: false),
        Pair(wide: scope(), narrow: scope(skip: ["g.a"]), covers: true),
        Pair(wide: scope(skip: ["g.a"]), narrow: scope(), covers: false),
        Pair(wide: scope(skip: ["g.a"]), narrow: scope(["g.b"]), covers: true),
        Pair(wide: scope(skip: ["g.a"]), narrow: scope(["g.a"]), covers: false),
        Pair(wide: scope(skip: ["g.a1"]), narrow: scope(["g.a"]), covers: false),
        Pair(wide: scope(skip: ["g.a"]), narrow: scope(skip: ["g"]), covers: true),
        Pair(wide: scope(subjects: ["/a", "/b"]), narrow: scope(subjects: ["/a"]), covers: true),
        Pair(wide: scope(subjects: ["/a"]), narrow: scope(), covers: false),
        Pair(wide: scope(), narrow: scope(subjects: ["/a"]), covers: false),
        Pair(wide: scope(details: ["--canary"]), narrow: scope(), covers: true),
        Pair(wide: scope(), narrow: scope(details: ["--canary"]), covers: false),
    ]

    @Test(arguments: pairs)
    func covers(_ pair: Pair) {
        #expect(pair.wide.covers(pair.narrow) == pair.covers)
        #expect(pair.wide.covers(pair.wide) && pair.narrow.covers(pair.narrow))
    }

    @Test("What a node's own fstab named counts for a look at that mount alone")
    func verified() {
        let all = Self.scope()
        #expect(all.covers(Self.scope(subjects: ["/a"]), verified: ["/a", "/b"]))
        #expect(!all.covers(Self.scope(subjects: ["/c"]), verified: ["/a", "/b"]))
        let lost = Finding(.fail, code: "m.x", subject: "/b", message: "gone")
        let result = CheckResult(all, findings: [lost], verified: ["/a", "/b"])
        #expect(result.seen(as: Self.scope(subjects: ["/a"]))?.verdict == .ok)
        #expect(result.seen(as: Self.scope(subjects: ["/b"]))?.verdict == .fail)
    }

    @Test("A GPU that is lost hides what a narrower look found")
    func blinded() {
        let lost = Finding(.fail, code: "g.lost", message: "lost")
        let result = CheckResult(Self.scope(), findings: [lost], blinding: ["g.lost"])
        #expect(result.seen(as: Self.scope(["g.a"]))?.verdict == .fail)
        #expect(
            CheckResult(Self.scope(), findings: [lost]).seen(as: Self.scope(["g.a"]))?.verdict
                == .ok)
    }

    // MARK: - What was left out by its full code

    private static func standing(
        _ scope: CheckScope, _ findings: [Finding], _ time: Int
    ) -> NodeStanding {
        NodeStanding(node: "n", scope: scope, standing: Standing(look(scope, findings, time)))
    }

    private static func look(
        _ scope: CheckScope, _ findings: [Finding], _ time: Int
    ) -> Standing.Look {
        Standing.Look(
            CheckResult(scope, findings: findings, blinding: ["g.lost"]), time: time,
            run: "r\(time)")
    }

    @Test(
        "A run told to leave a finding out takes it back nowhere; who looks again does",
        arguments: [
            (Severity.fail, "g.lost"), (.warn, "g.lost"), (.unknown, "g.unread"),
            (.unknown, "run.timed_out"),
        ])
    func leftOut(_ severity: Severity, _ code: String) throws {
        let finding = Finding(severity, code: code, message: "?")
        let blind = Self.scope(skip: [code])
        for scope in [Self.scope(["g.a"]), Self.scope(["g.a", "g.b"], skip: ["g.b"])] {
            let there = Self.standing(scope, [finding], 1)
            func merged(_ other: NodeStanding) -> NodeStanding? {
                let said = [[[there], [other]], [[other], [there]]].map { lists in
                    NodeStanding.merged(lists).first { $0.scope == scope }
                }
                #expect(said[0]?.standing.run == said[1]?.standing.run)
                #expect(said[0]?.standing.verdict == said[1]?.standing.verdict)
                return said[0]
            }
            // Neither by what it says is well, nor by what else it finds: that stands under its own name.
            for found in [[], [Finding(.fail, code: "g.a", message: "a")]] {
                let moved = NodeStanding.moved(
                    [there], node: "n", by: Self.look(blind, found, 2))
                #expect(moved.map(\.scope) == [blind])
                #expect(merged(Self.standing(blind, found, 2))?.standing == there.standing)
            }
            // The same check again, and a run that left nothing out.
            for other in [scope, Self.scope()] {
                let moved = NodeStanding.moved([there], node: "n", by: Self.look(other, [], 2))
                let own = try #require(moved.first { $0.scope == scope })
                #expect(own.standing.verdict == .ok)
                #expect(merged(Self.standing(other, [], 2))?.standing.verdict == .ok)
                // What is over keeps nothing: the next run counts, whatever it leaves out.
                let next = NodeStanding.merged([[own], [Self.standing(blind, [], 3)]])
                let time = code == "run.timed_out" ? 2 : 3
                #expect(next.first { $0.scope == scope }?.standing.time == time)
            }
        }
    }

    @Test("A lost GPU stays lost to who leaves it out, though a run in between said nothing of it")
    func leftOutOfAStretch() throws {
        let scope = Self.scope(["g.a"])
        let lost = Self.standing(scope, [Finding(.fail, code: "g.lost", message: "lost")], 1)
        let late = Finding(.unknown, code: "run.timed_out", message: "late")
        let known = try #require(
            NodeStanding.moved([lost], node: "n", by: Self.look(scope, [late], 2)).first)
        #expect(known.standing.verdict == .unknown)
        let merged = NodeStanding.merged(
            [[known], [Self.standing(Self.scope(skip: ["g.lost"]), [], 3)]])
        #expect(merged.first { $0.scope == scope }?.standing == known.standing)
    }

    @Test("What is forgotten does not bring back the word of a run that left out what was found")
    func leftOutAndForgotten() throws {
        let folder = try TemporaryFolder()
        let cluster = HistoryFixtures.cluster
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
        func keep(_ node: String, _ time: Int, _ scope: CheckScope, _ findings: [Finding]) throws {
            let row = HistoryFixtures.verdict(node, .ok, run: "\(node)\(time)", ended: time)
            var record = HistoryFixtures.record("\(node)\(time)", ended: time, [row])
            record.results = [node: [Self.look(scope, findings, time).result]]
            try store.record(run: record)
        }
        let unread = Finding(.unknown, code: "g.unread", message: "?")
        let broken = Finding(.fail, code: "g.a", message: "a")
        for (node, code, first, last) in [
            // One whose last run was well, and one that was well before.
            ("a", "g.unread", [unread], []), ("b", "g.lost", [], [broken]),
        ] {
            try keep(node, 1, Self.scope(["g.a"]), first)
            try keep(node, 2, Self.scope(skip: [code]), [])
            try keep(node, 3, Self.scope(["g.a"]), last)
        }
        _ = try store.forget(HistoryOblivion(runs: ["a3", "b3"]), cluster: cluster)
        let standings = try store.standings(cluster: cluster).filter { !$0.scope.only.isEmpty }
        #expect(
            standings.map { "\($0.standing.run) \($0.standing.verdict)" }.sorted() == [
                "a1 unknown", "b1 ok",
            ])
    }

    // MARK: - Any sequence of runs

    private static let codes = ["g.a", "g.b", "g.c"]

    /// A run of random scope on a node that is sick in random ways.
    private struct Trial {
        let look: Standing.Look
        /// The codes it looked for, and those of them it found.
        let sought: Set<String>
        let found: Set<String>
        /// How bad what it found is.
        let severity: Severity

        init(_ time: Int, isLast: Bool, _ random: inout SeededRandom) {
            let some = ScopeTests.codes.filter { _ in Bool.random(using: &random) }
            let scope: CheckScope =
                switch isLast ? 0 : Int.random(in: 0..<4, using: &random) {
                case 0, 1: ScopeTests.scope()
                case 2: ScopeTests.scope(some.isEmpty ? ["g.a"] : some)
                default: ScopeTests.scope(skip: some)
                }
            let unseen =
                isLast
                ? [] : ScopeTests.codes.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            let isUnknown = !isLast && Int.random(in: 0..<6, using: &random) == 0
            let sick = isLast ? [] : ScopeTests.codes.filter { _ in Bool.random(using: &random) }
            sought =
                isUnknown
                ? []
                : Set(
                    ScopeTests.codes.filter { code in
                        (scope.only.isEmpty || scope.only.contains(code))
                            && !scope.skip.contains(code) && !unseen.contains(code)
                    })
            found = sought.intersection(sick)
            let severity = Bool.random(using: &random) ? Severity.fail : .unknown
            self.severity = severity
            let findings =
                isUnknown
                ? [Finding(.unknown, code: "run.timed_out", message: "?")]
                : found.sorted().map { Finding(severity, code: $0, message: $0) }
            look = Standing.Look(
                CheckResult(scope, findings: findings, unseen: unseen), time: time, run: "r\(time)",
                user: "u")
        }
    }

    @Test("A narrow run takes nothing back that a wider one found, and its own failure is seen")
    func anySequence() {
        var random = SeededRandom(2_026)
        for _ in 0..<150 {
            // One history, and the same runs by two users who each have their own.
            var whole: [NodeStanding] = []
            var halves: [[NodeStanding]] = [[], []]
            var last: [String: Bool] = [:]
            var story = ""
            let length = Int.random(in: 1...10, using: &random)
            for time in 1...length {
                let trial = Trial(time, isLast: time == length && length > 6, &random)
                story +=
                    " \(trial.look.result.scope.name) sought \(trial.sought.sorted())"
                    + " found \(trial.found.sorted());"
                for code in trial.sought { last[code] = trial.found.contains(code) }
                Self.take(trial.look, &whole)
                Self.take(trial.look, &halves[Int.random(in: 0...1, using: &random)])
                let merged = NodeStanding.merged(halves)
                for standings in [whole, merged] {
                    let isSick = standings.contains { !$0.standing.isWell }
                    // What was found last of any code is still told.
                    #expect(isSick || !last.values.contains(true), "\(story)")
                    if time == length, length > 6 {
                        // A whole look at everything takes everything back.
                        #expect(!isSick, "\(story)")
                    }
                }
                if !trial.found.isEmpty {
                    let own = whole.first { $0.scope == trial.look.result.scope }
                    #expect(
                        own?.standing.verdict == (trial.severity == .fail ? .fail : .unknown),
                        "\(story)")
                }
            }
        }
    }

    private static func take(_ look: Standing.Look, _ standings: inout [NodeStanding]) {
        for moved in NodeStanding.moved(standings, node: "n", by: look) {
            if let place = standings.firstIndex(where: { $0.scope.name == moved.scope.name }) {
                standings[place] = moved
            } else {
                standings.append(moved)
            }
        }
    }

    @Test("The store keeps scope, findings with remedies, user and how often it failed of late")
    func stored() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
        let narrow = Self.scope(["gpu.count"])
        for (index, verdict) in [Verdict.fail, .ok, .fail, .ok].enumerated() {
            let rows = [HistoryFixtures.verdict("a", verdict, run: "r\(index)", ended: index)]
            var record = HistoryFixtures.record(
                HistoryFixtures.record("r\(index)", ended: index, rows), as: narrow)
            record.results["a"]?[0].unseen = ["gpu.xid"]
            try store.record(run: record)
        }
        let standing = try #require(try store.standings(cluster: HistoryFixtures.cluster).first)
        #expect(standing.scope == narrow && standing.standing.unseen == ["gpu.xid"])
        #expect(standing.standing.problem?.codes == ["gpu.count"])
        let last = standing.lastVerdict
        #expect(last.check == "c --only gpu.count" && last.user == "u" && last.recent == "fofo")
        #expect(last.flapping == "failed 2 of the last 4")
    }

    @Test("What is forgotten leaves the standings that the other runs make")
    func forget() throws {
        let folder = try TemporaryFolder()
        let cluster = HistoryFixtures.cluster
        let store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
        for (index, verdict) in [Verdict.ok, .fail, .unknown].enumerated() {
            let rows = ["a", "b"].map {
                HistoryFixtures.verdict($0, verdict, run: "r\(index)", ended: index)
            }
            try store.record(run: HistoryFixtures.record("r\(index)", ended: index, rows))
        }
        func verdict(_ node: String) throws -> Verdict? {
            try store.lastVerdicts(cluster: cluster)[node]?.first?.verdict
        }
        #expect(
            try store.forget(HistoryOblivion(runs: ["r2"], nodes: ["a"]), cluster: cluster)
                .verdicts == 1)
        #expect(try verdict("a") == .fail && verdict("b") == .unknown)
        let run = try store.forget(HistoryOblivion(runs: ["r1"]), cluster: cluster)
        #expect(run.runs == 1 && run.verdicts == 2)
        #expect(try verdict("a") == .ok && verdict("b") == .unknown)
        #expect(try store.forget(HistoryOblivion(runs: ["r1"]), cluster: cluster).isEmpty)
        #expect(try store.forget(HistoryOblivion(check: "other"), cluster: cluster).isEmpty)
        #expect(try store.forget(HistoryOblivion(nodes: ["b"]), cluster: "d").isEmpty)
        _ = try store.forget(HistoryOblivion(nodes: ["b"], check: "gpu-check"), cluster: cluster)
        #expect(try verdict("b") == nil && verdict("a") == .ok)
    }
}
