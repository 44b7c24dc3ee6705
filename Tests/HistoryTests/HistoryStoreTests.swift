import FanOut
import FoundationEssentials
import History
import TestSupport
import Testing
import Verdicts

/// What is kept comes back as it was.
@Suite struct HistoryStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/new/history.sqlite", keep: nil, patience: 1)
    }

    private func keep(
        _ run: String, ended: Int, _ rows: [(String, Verdict?)], outcome: Outcome = .finished
    ) throws {
        try store.record(
            run: HistoryFixtures.record(
                run, ended: ended,
                rows.map {
                    HistoryFixtures.verdict(
                        $0.0, $0.1, run: run, ended: ended, outcome: outcome)
                }))
    }

    @Test("A file that is not there is an empty history, and reading makes none")
    func nothing() throws {
        #expect(try store.lastVerdicts(cluster: cluster).isEmpty)
        #expect(try store.runs(cluster: cluster, filter: HistoryFilter()).isEmpty)
        #expect(try store.history(node: "a", cluster: cluster, filter: HistoryFilter()).isEmpty)
        #expect(try store.changes(cluster: cluster, filter: HistoryFilter()).isEmpty)
        #expect(try store.actions(node: nil, cluster: cluster, filter: HistoryFilter()).isEmpty)
        #expect(try store.missing(of: ["b", "a"], cluster: cluster) == ["b", "a"])
        #expect(try store.prune(before: 1_000) == 0)
        #expect(throws: (any Error).self) { try folder.contents("new") }
    }

    @Test(
        "What comes and goes counts from the last repair that was done, if nothing failed since",
        arguments: [
            (NodeAction.Verb.resume, NodeAction.Outcome.done, 45, false),
            (.reboot, .done, 45, false),
            (.resume, .done, 35, true), (.resume, .failed, 45, true), (.drain, .done, 45, true),
        ])
    func repairs(
        _ verb: NodeAction.Verb, _ outcome: NodeAction.Outcome, _ time: Int, _ isFlapping: Bool
    ) throws {
        for (index, verdict) in [Verdict.ok, .fail, .ok, .fail, .ok].enumerated() {
            try keep("r\(index)", ended: (index + 1) * 10, [("a", verdict)])
        }
        #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.flapping != nil)
        try store.record(
            actions: [
                NodeAction(
                    time: time, user: "u", verb: verb, node: "a", stateBefore: "IDLE+DRAIN",
                    outcome: outcome)
            ], cluster: cluster)
        let last = try #require(try store.lastVerdicts(cluster: cluster)["a"]?.first)
        #expect((last.flapping != nil) == isFlapping)
        #expect(last.repaired == (isFlapping ? nil : time))
    }

    @Test func runs() throws {
        let first = HistoryFixtures.record("r1", ended: 100, nodes: 12)
        let second = HistoryFixtures.record("r2", ended: 200, nodes: 3)
        try store.record(run: second)
        try store.record(run: first)
        // Once more changes nothing.
        try store.record(run: first)
        #expect(
            try store.runs(cluster: cluster, filter: HistoryFilter()) == [first.run, second.run])
        #expect(
            try store.runs(cluster: cluster, filter: HistoryFilter(limit: 1)) == [second.run])
        #expect(try store.runs(cluster: cluster, filter: HistoryFilter(since: 101)).count == 1)
        #expect(try store.runs(cluster: cluster, filter: HistoryFilter(since: 200)).count == 1)
        #expect(try store.runs(cluster: "other", filter: HistoryFilter()).isEmpty)
        #expect(try store.missing(of: ["r1", "x", "r2"], cluster: cluster) == ["x"])
    }

    @Test func nodes() throws {
        let first = HistoryFixtures.record("r1", ended: 100, nodes: 12)
        let second = HistoryFixtures.record("r2", ended: 200, nodes: 3)
        try store.record(run: first)
        try store.record(run: second)
        let failed = try store.history(node: "gpu-9", cluster: cluster, filter: HistoryFilter())
        #expect(failed == [first.verdicts[9]])
        #expect(failed[0].message == "of r1" && failed[0].verdict == .fail)
        let both = try store.history(node: "gpu-1", cluster: cluster, filter: HistoryFilter())
        #expect(both == [first.verdicts[1], second.verdicts[1]])
        let newest = try store.history(
            node: "gpu-1", cluster: cluster, filter: HistoryFilter(since: 50, limit: 1))
        #expect(newest == [second.verdicts[1]])
        #expect(try store.history(node: "gpu-1", cluster: "d", filter: HistoryFilter()).isEmpty)
    }

    @Test("Names of clusters, nodes and messages are data, whatever is in them")
    func odd() throws {
        let node = "a'b\"; DROP TABLE runs; --%_한글🚀"
        let message = String(repeating: "'\u{1b}[2J\n", count: 300)
        let row = HistoryFixtures.verdict(node, .fail, run: "r", ended: 1, message: message)
        try store.record(run: HistoryFixtures.record("r", ended: 1, [row]))
        let read = try store.history(node: node, cluster: cluster, filter: HistoryFilter())
        #expect(read == [row])
        #expect(read[0].findings[0].message.count == HistoryFinding.messageLimit)
        #expect(try store.lastVerdicts(cluster: cluster)[node]?.first?.verdict == .fail)
    }

    @Test(arguments: [
        ("gpu-check", 1), ("gpu", 0), ("check", 1), ("check-mount", 2), ("check-mount /fsx", 1),
        ("check environment", 1), ("check-", 0), ("%", 0),
    ])
    func filters(_ check: String, _ count: Int) throws {
        for (index, name) in [
            "gpu-check", "check environment", "check-mount /lustre", "check-mount /fsx",
        ].enumerated() {
            var record = HistoryFixtures.record(
                "r\(index)", ended: index,
                [HistoryFixtures.verdict("gpu-0", .fail, run: "r\(index)", ended: index)])
            record.run.check = name
            try store.record(run: HistoryFixtures.record(record, as: CheckScope(name)))
        }
        let filter = HistoryFilter(check: check)
        #expect(try store.runs(cluster: cluster, filter: filter).count == count)
        #expect(
            try store.history(node: "gpu-0", cluster: cluster, filter: filter).count == count)
        #expect(try store.changes(cluster: cluster, filter: filter).count == count)
    }

    @Test("The last verdict is the worst of what the checks said last")
    func last() throws {
        try keep("r1", ended: 100, [("a", .fail), ("b", .ok), ("c", .ok)])
        try keep("r2", ended: 200, [("a", .ok), ("b", nil), ("d", nil)])
        let mount = HistoryFixtures.record(
            "r3", ended: 300,
            ["a", "b"].map { HistoryFixtures.verdict($0, .warn, run: "r3", ended: 300) })
        try store.record(
            run: HistoryFixtures.record(mount, as: CheckScope("check-mount /lustre")))
        try keep("r4", ended: 400, [("a", .ok), ("c", .unknown)])
        try keep("r5", ended: 500, [("c", .unknown)], outcome: .cancelled)
        let plain = HistoryFixtures.record(
            "r6", ended: 600, [HistoryFixtures.verdict("c", .fail, run: "r6", ended: 600)])
        try store.record(run: HistoryFixtures.record(plain, as: nil))
        let last = try store.lastVerdicts(cluster: cluster).compactMapValues(\.first)
        #expect(Set(last.keys) == ["a", "b", "c"])
        #expect(last["a"]?.verdict == .warn && last["a"]?.check == "check-mount /lustre")
        #expect(last["a"]?.run == "r3" && last["a"]?.time == 300)
        #expect(last["b"]?.verdict == .warn)
        // Neither a node that was not run, nor one that was ended by hand, nor fleet run says anything of its health.
        #expect(last["c"]?.verdict == .unknown && last["c"]?.run == "r4")
        #expect(last["c"]?.message == "of r4")
    }

    @Test func changes() throws {
        try keep("r1", ended: 100, [("a", .ok), ("b", .fail), ("c", .fail), ("d", .ok)])
        try keep("r2", ended: 200, [("a", .fail), ("b", .ok), ("c", .fail), ("d", .warn)])
        try keep("r3", ended: 300, [("a", nil), ("b", nil), ("c", nil), ("d", nil)])
        let changes = try store.changes(cluster: cluster, filter: HistoryFilter())
        #expect(changes.map(\.node) == ["a", "c", "b"])
        #expect(changes.map(\.kind) == [.new, .failing, .fixed])
        #expect(changes.map(\.since) == [200, 100, 200])
        #expect(changes.allSatisfy { $0.run == "r2" && $0.time == 200 })
        #expect(changes.map(\.message) == ["of r2", "of r2", "of r1"])
        let recent = try store.changes(cluster: cluster, filter: HistoryFilter(since: 100))
        #expect(recent.map(\.kind) == [.new, .new, .fixed])
        let later = try store.changes(cluster: cluster, filter: HistoryFilter(since: 201))
        #expect(later.map(\.kind) == [.failing, .failing])
        #expect(try store.changes(cluster: cluster, filter: HistoryFilter(limit: 1)).count == 1)
    }

    @Test("A run that is recorded late says nothing new of its nodes")
    func late() throws {
        try keep("r2", ended: 200, [("a", .ok)])
        try keep("r1", ended: 100, [("a", .fail)])
        #expect(try store.lastVerdicts(cluster: cluster)["a"]?.first?.verdict == .ok)
        #expect(try store.changes(cluster: cluster, filter: HistoryFilter()).isEmpty)
        let rows = try store.history(node: "a", cluster: cluster, filter: HistoryFilter())
        #expect(rows.map(\.run) == ["r1", "r2"])
    }

    @Test func actions() throws {
        let drained = NodeAction(
            time: 100, user: "u", verb: .drain, node: "a", reason: "fleet: bad [u]",
            stateBefore: "IDLE", run: "r1", outcome: .done)
        let refused = NodeAction(
            time: 200, user: "root", verb: .resume, node: "b", stateBefore: "IDLE+DRAIN",
            reasonBefore: "of somebody", outcome: .skipped, detail: "not drained by fleet")
        try store.record(actions: [drained], cluster: cluster)
        try store.record(actions: [refused], cluster: cluster)
        try store.record(actions: [], cluster: cluster)
        let filter = HistoryFilter()
        #expect(
            try store.actions(node: nil, cluster: cluster, filter: filter) == [drained, refused])
        #expect(try store.actions(node: "b", cluster: cluster, filter: filter) == [refused])
        #expect(try store.actions(node: nil, cluster: "d", filter: filter).isEmpty)
        #expect(
            try store.actions(node: nil, cluster: cluster, filter: HistoryFilter(since: 101))
                == [refused])
        #expect(
            try store.actions(node: nil, cluster: cluster, filter: HistoryFilter(limit: 1))
                == [refused])
    }

    @Test("What is old goes, and what is said of nodes since stays")
    func prune() throws {
        let keeping = SQLiteHistory(path: store.path, keep: 1_000, patience: 1)
        for run in 0..<50 {
            try keep("r\(run)", ended: run, [("a", .fail), ("old", .ok)])
        }
        try store.record(
            actions: [
                NodeAction(
                    time: 7, user: "u", verb: .drain, node: "a", stateBefore: "IDLE", outcome: .done
                )
            ], cluster: cluster)
        // A little at a time.
        var left: [Int] = []
        for run in 0..<4 {
            let ended = 1_049 + run
            try keeping.record(
                run: HistoryFixtures.record(
                    "n\(run)", ended: ended,
                    [HistoryFixtures.verdict("a", .fail, run: "n\(run)", ended: ended)]))
            left.append(try store.runs(cluster: cluster, filter: HistoryFilter()).count)
        }
        #expect(left == [31, 12, 3, 4])
        let rows = try store.history(node: "a", cluster: cluster, filter: HistoryFilter())
        #expect(rows.map(\.run) == ["n0", "n1", "n2", "n3"])
        #expect(try store.history(node: "old", cluster: cluster, filter: HistoryFilter()).isEmpty)
        let last = try store.lastVerdicts(cluster: cluster)
        #expect(Set(last.keys) == ["a"])
        #expect(try store.actions(node: nil, cluster: cluster, filter: HistoryFilter()).isEmpty)
        // Since when it fails is known beyond what is kept.
        let change = try store.changes(cluster: cluster, filter: HistoryFilter()).first
        #expect(change?.since == 0 && change?.kind == .failing && change?.runs == 54)
        #expect(try store.prune(before: 1_051) == 2)
        #expect(try store.prune(before: 1_051) == 0)
    }

    @Test("A run whose clock was ahead makes no other one old")
    func clockAhead() throws {
        let keeping = SQLiteHistory(path: store.path, keep: 1_000, patience: 1)
        let now = Int(Date().timeIntervalSince1970)
        func keepOne(_ node: String, _ ended: Int) throws {
            try keeping.record(
                run: HistoryFixtures.record(
                    node, ended: ended,
                    [HistoryFixtures.verdict(node, .fail, run: node, ended: ended)]))
        }
        try keepOne("old", now - 5_000)
        try keepOne("here", now - 500)
        try keeping.record(
            actions: [
                NodeAction(
                    time: now - 400, user: "u", verb: .drain, node: "here", stateBefore: "IDLE",
                    outcome: .done)
            ], cluster: cluster)
        try keepOne("ahead", now + 50_000_000)
        #expect(
            try keeping.lastVerdicts(cluster: cluster).keys.sorted() == ["ahead", "here"])
        #expect(
            try keeping.runs(cluster: cluster, filter: HistoryFilter()).map(\.id) == [
                "here", "ahead",
            ])
        #expect(
            try keeping.actions(node: nil, cluster: cluster, filter: HistoryFilter()).count == 1)
    }

    @Test("What stands of nodes, and what was done to them, goes no earlier than the runs do")
    func standingsGoWithRuns() throws {
        for run in 0..<30 {
            try keep("r\(run)", ended: 100 + run, [("n\(run)", .fail)])
            try store.record(
                actions: [
                    NodeAction(
                        time: 100 + run, user: "u", verb: .drain, node: "n\(run)",
                        stateBefore: "IDLE", outcome: .done)
                ], cluster: cluster)
        }
        // At most 20 runs go with one that is recorded, of a site that was away for a year.
        let keeping = SQLiteHistory(path: store.path, keep: 1_000, patience: 1)
        for (round, left) in [11, 2].enumerated() {
            let (run, ended) = ("new\(round)", 40_000_000 + round)
            try keeping.record(
                run: HistoryFixtures.record(
                    run, ended: ended,
                    [HistoryFixtures.verdict("new", .ok, run: run, ended: ended)]))
            let nodes = Set(try store.lastVerdicts(cluster: cluster).keys)
            #expect(nodes == (round == 0 ? Set((20..<30).map { "n\($0)" } + ["new"]) : ["new"]))
            #expect(try store.runs(cluster: cluster, filter: HistoryFilter()).count == left)
            let done = try store.actions(node: nil, cluster: cluster, filter: HistoryFilter())
            #expect(done.count == (round == 0 ? 10 : 0))
        }
    }

    @Test("Nobody else may read it: it quotes what lies in the run directories")
    func mode() throws {
        try keep("r1", ended: 1, [("a", .ok)])
        #expect(try folder.mode("new/history.sqlite") == 0o600)
        #expect(try folder.contents("new") == ["history.sqlite"])
    }
}
