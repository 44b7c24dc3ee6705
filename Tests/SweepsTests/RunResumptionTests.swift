@testable import FanOut
import Foundation
import GPUCheck
import Probes
@testable import Runs
import SlurmModel
@testable import Sweeps
import TestSupport
import Testing
@testable import Verdicts

/// What a killed fleet's run is, read from its journal alone: nothing that was sent is ever sent again.
@Suite("Going on with runs", .timeLimit(.minutes(5))) struct RunResumptionTests {
    private static let names = (0..<14).map { "n\($0)" }

    /// A journal of a run whose fleet may have been killed at any moment, and what is to come of it.
    private struct Case {
        var targets: [Target] = []
        var entries: [JournalEntry] = []
        /// The node's first row.
        var rows: [String: Severity?] = [:]
        /// The last job or attempt of nodes that have none.
        var last: [String: Int] = [:]

        init(_ seed: UInt64) {
            var random = SeededRandom(seed)
            for name in RunResumptionTests.names {
                let way = [Launcher.job, .srun, .direct, nil].randomElement(using: &random) ?? nil
                targets.append(
                    Target(
                        node: Node(name: name),
                        decision: way.map { .dispatch(.init($0)) }
                            ?? .notRun(.init(.state, "down"))))
                guard let way else { continue }
                // Whoever has no line was never sent to; for jobs slurmctld would be asked.
                let attempts = Int.random(in: way == .job ? 1...3 : 0...3, using: &random)
                for attempt in 0..<attempts {
                    entries.append(
                        way == .job
                            ? .submitted(
                                node: name,
                                SubmittedJob(job: UInt32(100 + attempt), attempt: attempt + 1))
                            : .started(node: name, launcher: way, attempt: attempt + 1))
                }
                last[name] = attempts == 0 ? nil : way == .job ? 99 + attempts : attempts
                let count = [0, 1, 1, 2].randomElement(using: &random) ?? 0
                for number in 0..<(attempts == 0 ? 0 : count) {
                    let severity = Severity.allCases.randomElement(using: &random) ?? .fail
                    if number == 0 { rows[name] = severity }
                    entries.append(Self.row(name, severity, way))
                }
            }
        }

        static func row(_ name: String, _ severity: Severity, _ way: Launcher) -> JournalEntry {
            .row(
                NodeReport(
                    result: NodeResult(node: name, outcome: .finished, launcher: way),
                    judgement: Judgement(findings: [Finding(severity, code: "c", message: "m")]),
                    node: nil))
        }
    }

    private static func manifest(_ run: TestRun, head: String? = nil) -> RunManifest {
        RunManifest(
            plan: run.plan, specification: GPUCheckSpecification(timeout: 9), command: ["fleet"],
            user: "ann", cluster: "demo", started: 1, nodeCount: names.count, nodes: "",
            head: head, isStrict: false, ignoresNotRun: false)
    }

    /// A session that asks slurmctld nothing: there is none.
    private static func session(_ folder: TemporaryFolder) throws -> Session {
        unsafe setenv("SLURM_CONF", folder.path + "/slurm.conf", 1)
        unsafe setenv("HOME", folder.path, 1)
        return try Session()
    }

    private static let conf = [
        "slurm.conf":
            "ClusterName=demo\nSlurmctldHost=localhost\nAuthType=auth/none\nNodeName=n1\nPartitionName=p Nodes=n1\n"
    ]

    private static func resumption(
        _ session: Session, _ run: TestRun, _ entries: [JournalEntry], _ targets: [Target],
        head: String? = nil
    ) async throws -> RunResumption {
        try await RunResumption(
            session: session, run: StoredRun(run.directory, kinds: .all),
            manifest: manifest(run, head: head), targets: targets, entries: entries)
    }

    @Test("Each node has its row, is under way, or waits for its step: one of these, and once")
    func property() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder(Self.conf)
            let session = try Self.session(folder)
            let run = try TestRun()
            for seed in UInt64(0)..<80 {
                let given = Case(seed)
                let found = try await Self.resumption(session, run, given.entries, given.targets)
                let rows = found.rows.map(\.result.node)
                let underWay = found.underWay.map(\.node.name)
                let steps = found.steps.targets.map(\.node.name)
                try #require(
                    (rows + underWay + steps).sorted() == Self.names.sorted(), "seed \(seed)")
                try #require(found.lost.isEmpty)
                // A node that has a row has no job that is watched: of two rows the first one counts.
                try #require(Set(rows) == Set(given.rows.keys))
                for row in found.rows {
                    try #require(
                        row.judgement?.findings.first?.severity == given.rows[row.result.node])
                    try #require(row.node?.name == row.result.node)
                }
                for target in found.underWay {
                    guard case .dispatch = target.decision else { continue }
                    let job = found.jobs[target.node.name]
                    try #require(job.map { Int($0.job) } == given.last[target.node.name])
                }
                for name in steps { try #require(found.steps.started[name] == given.last[name]) }
            }
        }
    }

    @Test("The head node's answer is in its record, and without one nobody knows")
    func head() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder(Self.conf)
            let session = try Self.session(folder)
            let run = try TestRun()
            // A node of the same name is another target.
            let targets = TestRun.targets(["h"], .init(.srun))
            let lost = try await Self.resumption(session, run, [], targets, head: "h")
            try #require(lost.steps.targets.map(\.node.name) == ["h"])
            try #require(lost.lost.count == 1)
            try #require(lost.lost[0].outcome == .garbled && lost.lost[0].code == .abandoned)
            try #require(lost.lost[0].reason == "fleet ended while it ran here")
            let trailer =
                "fleet-record/1 run=r1 node=h nonce=secret job=local status=7 timed_out=0 ended=0 setup=0 hundredths=5 stdout=0 stderr=0"
            try run.directory.keep(
                Array("\n\(trailer)\n".utf8), for: run.plan.key(node: "h"))
            let there = try await Self.resumption(session, run, [], targets, head: "h")
            try #require(there.lost.map(\.exit) == [.exited(7)])
            try #require(there.lost[0].launcher == .local)
            let row = Case.row("h", .info, .local)
            let done = try await Self.resumption(session, run, [row], targets, head: "h")
            try #require(done.lost.isEmpty && done.rows.count == 1)
            try #require(done.rows[0].node == nil)
        }
    }

    @Test("When the journal was last written is known, and no later than now")
    func lastWritten() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder(Self.conf)
            let session = try Self.session(folder)
            let run = try TestRun()
            let path = "\(run.directory.path)/journal.jsonl"
            let none = try await Self.resumption(session, run, [], [])
            try #require(none.steps.lastWritten < 0)
            try run.directory.write([], to: "journal.jsonl")
            for (seconds, expected) in [(1_000.0, 1_000), (4e9, Int(Date().timeIntervalSince1970))]
            {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
                let found = try await Self.resumption(session, run, [], [])
                try #require((expected...(expected + 5)).contains(found.steps.lastWritten))
            }
        }
    }
}
