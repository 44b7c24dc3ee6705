import FanOut
import History
import TestSupport
import Testing
import Verdicts

/// What is said of a node's checks in one word, and whether it holds.
@Suite struct LastVerdictTests {
    private static func last(
        _ check: String, _ verdict: Verdict = .ok, time: Int = 0, recent: String = ""
    ) -> LastVerdict {
        LastVerdict(
            node: "n", check: check, verdict: verdict, time: time, run: "r", recent: recent)
    }

    @Test(
        "A check comes and goes where a failure follows upon a time in which it was well",
        arguments: [
            ("", nil), ("f", nil), ("ffffffff", nil), ("of", nil), ("fo", nil), ("ofo", nil),
            ("fof", 2), ("fwf", 2), ("fuf", nil), ("fouf", 2), ("fuofu", 2), ("ououo", nil),
            ("fofofofo", 4), ("fffofffw", 6), ("oooooooo", nil), ("uouofouf", 2),
        ] as [(String, Int?)])
    func flapping(_ recent: String, _ failures: Int?) {
        var last = Self.last("c", recent: recent)
        #expect(last.flapping == failures.map { "failed \($0) of the last \(recent.count)" })
        // After a repair it is not known yet whether that held.
        last.repaired = 1
        #expect(last.flapping == nil)
    }

    @Test(
        "A check's name is what it looked at, and then the flags that made it narrower",
        arguments: [
            ("gpu-check", ["gpu-check"], []),
            ("check-mount /lustre --canary", ["check-mount", "/lustre", "--canary"], []),
            ("gpu-check --only gpu.xid", ["gpu-check"], ["--only", "gpu.xid"]),
            (
                "check a --only x,y --skip x.z", ["check", "a"],
                ["--only", "x,y", "--skip", "x.z"]
            ),
            ("gpu-check --skip gpu.ecc", ["gpu-check"], ["--skip", "gpu.ecc"]),
            ("check --onlyish", ["check", "--onlyish"], []),
            ("", [], []),
        ] as [(String, [String], [String])])
    func words(_ name: String, _ named: [String], _ filters: [String]) {
        let words = LastVerdict.words(of: name)
        #expect(words.named == named && words.filters == filters)
        #expect(Self.last(name).isFiltered == !filters.isEmpty)
    }

    @Test("The worst is told of a node, then the newest; and a list has the worst first")
    func worst() {
        var random = SeededRandom(9)
        let all = [
            Self.last("b", .ok, time: 9), Self.last("a", .warn, time: 1),
            Self.last("d", .fail, time: 2), Self.last("c", .fail, time: 5),
            Self.last("e", .unknown, time: 8), Self.last("a0", .ok, time: 3),
        ]
        #expect(LastVerdict.worst([]) == nil)
        for _ in 0..<20 {
            let shuffled = all.shuffled(using: &random)
            #expect(LastVerdict.worst(shuffled)?.check == "c")
            #expect(
                LastVerdict.ordered(shuffled).map(\.check) == ["c", "d", "e", "a", "a0", "b"])
        }
    }

    @Test("A finding is kept in at most so many characters, with its remedy, and whole else")
    func cut() {
        let most = HistoryFinding.messageLimit
        for (count, kept) in [(0, 0), (most, most), (most + 1, most), (9_999, most)] {
            let text = String(repeating: "한", count: count)
            let finding = HistoryFinding(
                Finding(.fail, code: "c", subject: "s", message: text, remedy: text))
            #expect(finding.message.count == kept && finding.remedy?.count == kept)
            #expect(finding.message.hasSuffix("...") == (count > most))
            // What is kept is kept the same once more.
            #expect(HistoryFinding(finding.finding) == finding)
            #expect(finding.text == "s: " + finding.message)
        }
    }

    // MARK: - Repairs

    private let folder: TemporaryFolder
    private let store: SQLiteHistory
    private let cluster = HistoryFixtures.cluster

    init() throws {
        folder = try TemporaryFolder()
        store = SQLiteHistory(path: folder.path + "/h.sqlite", keep: nil, patience: 1)
    }

    private func keep(
        _ check: String, _ verdict: Verdict?, at ended: Int, outcome: Outcome = .finished,
        says: Bool = true
    ) throws {
        let id = "\(check)-\(ended)"
        var record = HistoryFixtures.record(
            id, ended: ended,
            [HistoryFixtures.verdict("a", verdict, run: id, ended: ended, outcome: outcome)])
        record.run.check = check
        try store.record(
            run: HistoryFixtures.record(record, as: says ? CheckScope(check) : nil))
    }

    private func flapping() throws -> Set<String> {
        Set(
            (try store.lastVerdicts(cluster: cluster)["a"] ?? []).filter { $0.flapping != nil }
                .map(\.check))
    }

    @Test(
        "A mount that was brought up is a repair of mounts, if it was, and since the last failure",
        arguments: [
            ("mount-lustre", Verdict.ok, 99, true), ("mount-lustre /lustre", .warn, 99, true),
            ("mount-lustre", .unknown, 99, false), ("mount-lustre", .fail, 99, false),
            ("mount-lustre", nil, 99, false), ("mount-lustre --dry-run", .ok, 99, false),
            ("mount-lustre", .ok, 15, false), ("run", .ok, 99, false),
        ] as [(String, Verdict?, Int, Bool)])
    func mounts(_ check: String, _ verdict: Verdict?, _ time: Int, _ isRepair: Bool) throws {
        for (place, verdict) in [Verdict.fail, .ok, .fail, .ok].enumerated() {
            for name in ["gpu-check", "check-mount /lustre", "check env"] {
                try keep(name, verdict, at: (place + 1) * 10)
            }
        }
        let all: Set = ["gpu-check", "check-mount /lustre", "check env"]
        #expect(try flapping() == all)
        try keep(
            check, verdict, at: time, outcome: verdict == nil ? .notRun : .finished, says: false)
        #expect(try flapping() == (isRepair ? all.subtracting(["check-mount /lustre"]) : all))
        // It fails once more: the repair did not hold, and that is told again.
        try keep("check-mount /lustre", .fail, at: 120)
        #expect(try flapping() == all)
    }

    @Test("A repair of one node is none of another, and of one that fails now it says nothing")
    func nodes() throws {
        for (place, verdict) in [Verdict.fail, .ok, .fail].enumerated() {
            try keep("gpu-check", verdict, at: place)
        }
        func resume(_ node: String, _ time: Int) throws {
            try store.record(
                actions: [
                    NodeAction(
                        time: time, user: "u", verb: .resume, node: node, stateBefore: "IDLE+DRAIN",
                        outcome: .done)
                ], cluster: cluster)
        }
        try resume("a", 50)
        #expect(try flapping() == ["gpu-check"], "it fails: nothing is known to hold")
        try keep("gpu-check", .ok, at: 40)
        try resume("b", 60)
        let last = try #require(try store.lastVerdicts(cluster: cluster)["a"]?.first)
        #expect(last.repaired == 50, "the newest repair of this node")
    }
}
