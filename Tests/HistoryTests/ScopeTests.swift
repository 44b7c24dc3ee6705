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

    // MARK: - Any sequence of runs

    private static let codes = ["g.a", "g.b", "g.c"]

    /// A run of random scope on a node that is sick in random ways.
    private struct Trial {
        let look: Standing.Look
        /// The codes it looked for, and those of them it found.
        let sought: Set<String>
        let found: Set<String>

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
            let findings =
                isUnknown
                ? [Finding(.unknown, code: "run.timed_out", message: "?")]
                : found.sorted().map { Finding(.fail, code: $0, message: $0) }
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
                    #expect(own?.standing.verdict == .fail, "\(story)")
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
