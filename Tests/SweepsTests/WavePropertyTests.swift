@testable import FanOut
@testable import Runs
import SlurmModel
@testable import Sweeps
import Synchronization
import TestSupport
import Testing
@testable import Verdicts

/// Waves of any sizes, whatever fails and whenever somebody stops them: each node is sent to once, or has a row that says
/// why not.
@Suite("Waves of any sizes") struct WavePropertyTests {
    private struct Course {
        var sent: [[String]] = []
        var rows: [NodeResult] = []
        var progress: [FanOutProgress] = []
        var cancellings = 0
    }

    private static func report(_ node: String, _ severity: Severity) -> NodeReport {
        NodeReport(
            result: NodeResult(node: node, outcome: .finished, launcher: .job),
            judgement: Judgement(findings: [Finding(severity, code: "c", message: "m")]), node: nil)
    }

    /// Runs waves; every row is there at once.
    private static func run(
        _ waves: [[Target]], stopAfter: Int?, cancelAt: Int?, ends: [String: Severity]
    ) async -> Course {
        let rows = RunRows()
        let control = FanOutControl()
        let emitted = Mutex(Course())
        var sent: [[String]] = []
        await RunWaves(waves: waves, stopAfter: stopAfter).run(
            rows: rows, control: control,
            emit: { event in
                emitted.withLock {
                    switch event {
                    case .result(let row): $0.rows.append(row)
                    case .progress(let progress): $0.progress.append(progress)
                    case .cancelling: $0.cancellings += 1
                    default: break
                    }
                }
            },
            send: { wave, emit in
                var progress = FanOutProgress(total: wave.count)
                progress.done = wave.count
                emit(.progress(progress))
                for target in wave {
                    let name = target.node.name
                    _ = rows.add(Self.report(name, ends[name] ?? .info))
                }
                sent.append(wave.map(\.node.name))
                if sent.count == cancelAt { control.cancel() }
            })
        var course = emitted.withLock { $0 }
        course.sent = sent
        return course
    }

    @Test("Each node is in one wave or has one row, in the order of the nodes", arguments: 0..<60)
    func property(_ seed: UInt64) async throws {
        var random = SeededRandom(seed)
        let names = (0..<Int.random(in: 1...40, using: &random)).map { "n\($0)" }
        let words = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            "\(Int.random(in: 1...9, using: &random))" + (Bool.random(using: &random) ? "%" : "")
        }
        let batch = try #require(BatchSizes(argument: words.joined(separator: ",")))
        let waves = batch.waves(of: TestRun.targets(names, .init(.job)))
        var ends: [String: Severity] = [:]
        for name in names where Int.random(in: 0...4, using: &random) == 0 {
            ends[name] = Severity.allCases.randomElement(using: &random)
        }
        let stopAfter = Bool.random(using: &random) ? Int.random(in: 1...4, using: &random) : nil
        let cancelAt = Int.random(in: 0...3, using: &random) == 0 ? 1 : nil
        let course = await Self.run(waves, stopAfter: stopAfter, cancelAt: cancelAt, ends: ends)

        #expect(course.sent.joined() + course.rows.map(\.node) == names)
        #expect(course.sent == waves.prefix(course.sent.count).map { $0.map(\.node.name) })
        // A wave begins only while the failures before it are below the limit; the first one always does.
        let failed = Set(ends.filter { $0.value == .fail || $0.value == .unknown }.keys)
        var before = 0
        for (number, wave) in course.sent.enumerated() {
            #expect(number == 0 || before < stopAfter ?? .max)
            #expect(number == 0 || cancelAt == nil)
            before += wave.count { failed.contains($0) }
        }
        if !course.rows.isEmpty, cancelAt == nil { #expect(before >= stopAfter ?? .max) }
        let code: ReasonCode = cancelAt == nil ? .stopped : .interrupted
        #expect(course.rows.allSatisfy { $0.code == code && $0.attempts == 0 })
        // What was not begun is never green, and what was interrupted is no refusal.
        let outcome: Outcome = cancelAt == nil ? .notRun : .cancelled
        #expect(course.rows.allSatisfy { $0.outcome == outcome })
        #expect(course.cancellings == (cancelAt != nil && !course.rows.isEmpty ? 1 : 0))
        // Progress counts all nodes of the run, and never more than there are.
        for progress in course.progress {
            #expect(progress.total == names.count && progress.done <= names.count)
            #expect(progress.queued == names.count - progress.done)
        }
    }

    @Test("The words of what was not begun name the number of failures and the limit")
    func words() async {
        for (failures, text) in [(1, "1 node failed or is"), (2, "2 nodes failed or are")] {
            let names = ["a", "b", "c"]
            let ends = Dictionary(
                uniqueKeysWithValues: names.prefix(failures).map { ($0, Severity.unknown) })
            let waves = [["a", "b"], ["c"]].map { TestRun.targets($0, .init(.srun)) }
            let course = await Self.run(waves, stopAfter: failures, cancelAt: nil, ends: ends)
            #expect(
                course.rows.map(\.reason) == [
                    "not begun: \(text) unknown in the waves before it; the limit is \(failures) (--stop-after \(failures))"
                ])
            #expect(course.rows.first?.launcher == nil)
        }
    }

    @Test("Percentages are of all nodes, rounded up, so that small clusters have no empty wave")
    func percent() throws {
        for percent in 1...100 {
            let batch = try #require(BatchSizes(argument: "\(percent)%"))
            for count in [1, 2, 3, 7, 99, 100, 101] {
                let waves = batch.waves(of: Array(0..<count))
                let exact = Double(count * percent) / 100
                #expect(waves.first?.count == min(count, Int(exact.rounded(.up))))
                #expect(waves.count <= (100 + percent - 1) / percent)
                #expect(waves.joined().elementsEqual(0..<count))
            }
        }
    }

    @Test("No target, no wave: nothing is sent and nothing is said")
    func none() async {
        let course = await Self.run([], stopAfter: 1, cancelAt: nil, ends: [:])
        #expect(course.sent.isEmpty && course.rows.isEmpty && course.progress.isEmpty)
    }
}
