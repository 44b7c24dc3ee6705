import FanOut
import History
import Synchronization
import TestSupport
import Testing
import Verdicts

/// Several histories read as one say what one would that had all of their runs.
@Suite struct MergedHistoryTests {
    private let folder: TemporaryFolder
    private let cluster = HistoryFixtures.cluster

    init() throws { folder = try TemporaryFolder() }

    private func store(_ name: String) -> SQLiteHistory {
        SQLiteHistory(path: "\(folder.path)/\(name).sqlite", keep: nil, patience: 1)
    }

    private static func record(_ number: Int, _ verdicts: [Verdict?]) -> HistoryRecord {
        HistoryFixtures.record(
            "r\(number)", ended: number,
            verdicts.enumerated().map {
                HistoryFixtures.verdict(
                    "n\($0.offset)", $0.element, run: "r\(number)", ended: number)
            })
    }

    private func action(_ node: String, _ time: Int, _ user: String = "u") -> NodeAction {
        NodeAction(
            time: time, user: user, verb: .drain, node: node, stateBefore: "IDLE", outcome: .done)
    }

    @Test("However runs are spread over histories, and in whichever order these stand")
    func anySpread() throws {
        var random = SeededRandom(55)
        let whole = store("whole")
        let parts = ["own", "site", "old"].map(store)
        for number in 1...12 {
            let verdicts = (0..<4).map { _ in
                ([.ok, .warn, .unknown, .fail, nil] as [Verdict?]).randomElement(using: &random)
                    ?? nil
            }
            let record = Self.record(number, verdicts)
            try whole.record(run: record)
            // Some runs are in several of them.
            let first = Int.random(in: 0..<3, using: &random)
            let second = Int.random(in: 0..<3, using: &random)
            for place in Set([first, second]) { try parts[place].record(run: record) }
            let done = action("n\(number % 3)", number)
            try whole.record(actions: [done], cluster: cluster)
            for place in Set([first, second]) {
                try parts[place].record(actions: [done], cluster: cluster)
            }
        }
        let filters = [
            HistoryFilter(), HistoryFilter(limit: 5), HistoryFilter(since: 3, limit: 2),
            HistoryFilter(check: "other"),
        ]
        for order in [[0, 1, 2], [1, 2, 0], [2, 1, 0]] {
            let stores = order.map { parts[$0] }
            let merged = MergedHistory(
                stores[0], others: Array(stores[1...]), warn: { _ in Issue.record("all are whole") }
            )
            for filter in filters {
                #expect(
                    try merged.runs(cluster: cluster, filter: filter)
                        == whole.runs(cluster: cluster, filter: filter))
                #expect(
                    try merged.history(node: "n1", cluster: cluster, filter: filter)
                        == whole.history(node: "n1", cluster: cluster, filter: filter))
                #expect(
                    try merged.actions(node: nil, cluster: cluster, filter: filter)
                        == whole.actions(node: nil, cluster: cluster, filter: filter))
            }
            let (said, meant) = try (
                merged.lastVerdicts(cluster: cluster), whole.lastVerdicts(cluster: cluster)
            )
            #expect(said.keys.sorted() == meant.keys.sorted())
            for (node, last) in meant {
                #expect(said[node]?.map(\.verdict) == last.map(\.verdict), "\(node) of \(order)")
                #expect(said[node]?.map(\.run) == last.map(\.run), "\(node) of \(order)")
                #expect(said[node]?.map(\.message) == last.map(\.message), "\(node) of \(order)")
            }
        }
    }

    @Test("In any order of histories a node is as well or as sick, with narrow looks among them")
    func anyOrder() {
        var random = SeededRandom(56)
        func scope(_ only: [String]) -> CheckScope {
            var policy = FindingPolicy()
            policy.only = only
            return CheckScope("g", policy: policy)
        }
        for _ in 0..<200 {
            var time = 0
            let lists = (0..<3).map { _ in
                [scope([]), scope(["g.a"]), scope(["g.b"])].filter { _ in
                    Bool.random(using: &random)
                }.map { scope -> NodeStanding in
                    time += Int.random(in: 1...3, using: &random)
                    let code = scope.only.first ?? "g.a"
                    let findings =
                        Bool.random(using: &random)
                        ? [] : [Finding(.fail, code: code, message: "\(time)")]
                    return NodeStanding(
                        node: "n", scope: scope,
                        standing: Standing(
                            .init(
                                CheckResult(scope, findings: findings), time: time, run: "r\(time)")
                        ))
                }
            }
            func said(_ lists: [[NodeStanding]]) -> [String] {
                NodeStanding.merged(lists).map {
                    "\($0.scope.name) \($0.standing.verdict) \($0.standing.run)"
                }.sorted()
            }
            let first = said(lists)
            #expect(Set(first.map { $0.split(separator: " ").dropLast(2) }).count == first.count)
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                #expect(said(order.map { lists[$0] }) == first)
            }
            // An empty history adds nothing.
            #expect(said([[]] + lists + [[]]) == first)
        }
    }

    @Test("One that cannot be read costs a word and nothing else; the own one costs the question")
    func unreadable() throws {
        try store("own").record(run: Self.record(1, [.fail]))
        try folder.write(
            "no database, and longer than a header would be: " + String(repeating: "x", count: 99),
            to: "bad.sqlite")
        let told = Told()
        let merged = MergedHistory(
            store("own"), others: [store("bad"), store("gone")], warn: { told.add("\($0)") })
        let filter = HistoryFilter()
        #expect(try merged.runs(cluster: cluster, filter: filter).map(\.id) == ["r1"])
        #expect(try merged.history(node: "n0", cluster: cluster, filter: filter).count == 1)
        #expect(try merged.actions(node: nil, cluster: cluster, filter: filter).isEmpty)
        #expect(try merged.lastVerdicts(cluster: cluster)["n0"]?.first?.verdict == .fail)
        let path = "\(folder.path)/bad.sqlite"
        #expect(
            Set(told.words) == [
                "cannot read the history \(path): it is no database; move it aside (mv '\(path)' '\(path).bad') and fleet begins a new one"
            ])
        #expect(told.words.count >= 4)
        let turned = MergedHistory(store("bad"), others: [store("own")], warn: { _ in })
        #expect(throws: HistoryError.self) { try turned.runs(cluster: cluster, filter: filter) }
        #expect(throws: HistoryError.self) { try turned.lastVerdicts(cluster: cluster) }
    }

    /// What a history was told, from any task.
    private final class Told: Sendable {
        private let list = Mutex<[String]>([])
        var words: [String] { list.withLock { $0 } }
        func add(_ word: String) { list.withLock { $0.append(word) } }
    }

    @Test("What is written, pruned and forgotten is the user's own; the site's stays as it is")
    func writes() throws {
        let (own, site) = (store("own"), store("site"))
        for number in 1...3 { try site.record(run: Self.record(number, [.fail])) }
        let merged = MergedHistory(own, others: [site], warn: { _ in })
        try merged.record(run: Self.record(9, [.ok]))
        try merged.record(actions: [action("n0", 5), action("n0", 5)], cluster: cluster)
        #expect(try site.runs(cluster: cluster, filter: HistoryFilter()).count == 3)
        #expect(try site.actions(node: nil, cluster: cluster, filter: HistoryFilter()).isEmpty)
        // Twice the same in one history were two actions.
        #expect(try merged.actions(node: nil, cluster: cluster, filter: HistoryFilter()).count == 2)
        #expect(try merged.missing(of: ["r1", "r9", "r2"], cluster: cluster) == ["r1", "r2"])
        #expect(
            try merged.forget(HistoryOblivion(runs: ["r1", "r9"]), cluster: cluster).runs == 1)
        #expect(try merged.prune(before: 1_000) == 0)
        #expect(
            try merged.runs(cluster: cluster, filter: HistoryFilter()).map(\.id) == [
                "r1", "r2", "r3",
            ])
    }
}
