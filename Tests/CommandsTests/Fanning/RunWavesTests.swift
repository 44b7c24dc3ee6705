@testable import FanOut
@testable import Runs
import SlurmModel
@testable import Sweeps
import Synchronization
import Testing
@testable import Verdicts

@Suite(.timeLimit(.minutes(20))) struct RunWavesTests {
    private static let waves = [["a"], ["b", "c"], ["d", "e", "f"]].map { names in
        names.map { Target(node: Node(name: $0), decision: .dispatch(.init(.job))) }
    }

    private static func report(_ node: String, _ exit: Int) -> NodeReport {
        NodeReport(
            result: NodeResult(node: node, outcome: .finished, exit: .exited(exit)), node: nil,
            probe: CommandProbe(payload: Payload(arguments: ["x"], timeout: 60)))
    }

    /// Runs the waves, where these nodes fail; gives the nodes that were sent to, and the rows of the others.
    private func run(
        stopAfter: Int?, failing: Set<String>, known: [NodeReport] = []
    ) async -> (sent: [String], left: [NodeResult]) {
        let rows = RunRows(known)
        let left = Mutex<[NodeResult]>([])
        var sent: [String] = []
        await RunWaves(waves: Self.waves, stopAfter: stopAfter).run(
            rows: rows, control: FanOutControl(),
            emit: { event in
                if case .result(let row) = event { left.withLock { $0.append(row) } }
            },
            send: { wave, _ in
                let names = wave.map(\.node.name)
                sent += names
                // Rows are judged beside the engine: the next wave must wait for them.
                Task.detached {
                    try await Task.sleep(for: .milliseconds(30))
                    for name in names {
                        _ = rows.add(Self.report(name, failing.contains(name) ? 1 : 0))
                    }
                }
            })
        return (sent, left.withLock { $0 })
    }

    @Test(
        arguments: [
            (nil, ["a", "b"], 6), (1, [], 6), (1, ["d"], 6), (1, ["a"], 1), (1, ["c"], 3),
            (2, ["a"], 6),
            (2, ["a", "b"], 3), (3, ["a", "b"], 6), (1, ["a", "b", "c"], 1),
        ] as [(Int?, Set<String>, Int)])
    func stops(_ stopAfter: Int?, _ failing: Set<String>, _ count: Int) async {
        let (sent, left) = await run(stopAfter: stopAfter, failing: failing)
        let all = ["a", "b", "c", "d", "e", "f"]
        #expect(sent == Array(all.prefix(count)))
        // Everybody has a row all the same.
        #expect(left.map(\.node) == Array(all.dropFirst(count)))
        #expect(left.allSatisfy { $0.outcome == .notRun && $0.code == .stopped })
    }

    @Test func words() async throws {
        let (_, left) = await run(stopAfter: 1, failing: ["a"])
        let row = try #require(left.first)
        #expect(
            row.reason
                == "not begun: 1 node failed or is unknown in the waves before it; the limit is 1 (--stop-after 1)"
        )
        #expect(row.remedy == "look into these, then go on with --failed-from last")
        let (_, more) = await run(stopAfter: 2, failing: ["a", "b", "c"])
        #expect(
            more.first?.reason
                == "not begun: 3 nodes failed or are unknown in the waves before it; the limit is 2 (--stop-after 2)"
        )
    }

    /// Runs the waves with an engine of the test's own; gives the events.
    private func events(
        _ control: FanOutControl,
        send: ([Target], @escaping @Sendable (FanOutEvent) -> Void) -> Void
    ) async -> [FanOutEvent] {
        let events = Mutex<[FanOutEvent]>([])
        await RunWaves(waves: Self.waves, stopAfter: nil).run(
            rows: RunRows(), control: control,
            emit: { event in events.withLock { $0.append(event) } },
            send: { send($0, $1) })
        return events.withLock { $0 }
    }

    @Test("Ctrl-C: the waves that have not begun get their rows without an engine")
    func interrupted() async {
        let control = FanOutControl()
        var sent: [String] = []
        let events = await events(control) { wave, _ in
            sent += wave.map(\.node.name)
            if wave.count == 2 { control.cancel() }
        }
        #expect(sent == ["a", "b", "c"])
        let rows = events.compactMap { if case .result(let row) = $0 { row } else { nil } }
        #expect(rows.map(\.node) == ["d", "e", "f"])
        #expect(
            rows.allSatisfy {
                $0.outcome == .cancelled && $0.code == .interrupted && $0.attempts == 0
            })
    }

    @Test("Progress counts every target of the run, not only the wave's")
    func progress() async {
        let events = await events(FanOutControl()) { wave, emit in
            var progress = FanOutProgress(total: wave.count)
            (progress.running, progress.done) = (1, wave.count - 1)
            progress.named = ["x"]
            emit(.progress(progress))
        }
        let progress = events.compactMap { if case .progress(let it) = $0 { it } else { nil } }
        #expect(progress.map(\.total) == [6, 6, 6])
        #expect(progress.map(\.done) == [0, 2, 5])
        #expect(progress.map(\.queued) == [5, 3, 0])
        #expect(progress.map(\.named) == [[], [], ["x"]])
    }

    /// What is not known is no success; what was not run is no failure.
    @Test func whatCounts() {
        let probe = CommandProbe(payload: Payload(arguments: ["x"], timeout: 60))
        let reports = [Outcome.timedOut, .nodeFailed, .launchFailed, .cancelled, .garbled, .notRun]
            .map {
                NodeReport(result: NodeResult(node: "\($0)", outcome: $0), node: nil, probe: probe)
            }
        #expect(RunRows(reports).failures == 5)
    }

    @Test func onceEach() {
        let rows = RunRows([Self.report("a", 0)])
        #expect(!rows.add(Self.report("a", 1)))
        #expect(rows.failures == 0)
        #expect(rows.add(Self.report("b", 1)))
        #expect(rows.has(["a", "b"]))
        #expect(!rows.has(["a", "c"]))
        let ordered = rows.ordered(targets: Array(Self.waves.joined()), head: nil)
        #expect(ordered.map(\.result.node) == ["a", "b"])
    }

    /// The head node may bear the name of a node: both have their row.
    @Test func head() {
        var head = Self.report("a", 0)
        head.result.launcher = .local
        let rows = RunRows([head])
        #expect(!rows.has(["a"]))
        #expect(rows.add(Self.report("a", 1)))
        let ordered = rows.ordered(targets: Array(Self.waves.joined()), head: "a")
        #expect(ordered.map(\.result.launcher) == [.local, nil])
    }
}
