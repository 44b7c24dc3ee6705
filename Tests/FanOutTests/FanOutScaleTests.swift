@testable import FanOut
import Foundation
import SlurmModel
import Synchronization
import TestSupport
import Testing

/// The real engine with thousands of targets, on a simulated cluster: what a target costs must not grow with their
/// number.
///
/// In processes of their own, since CPU time and memory are those of a process.
@Suite(
    "Fan-out at scale",
    .enabled(
        if: ProcessInfo.processInfo.environment["FLEET_SANITIZED"] == nil,
        "a sanitizer has CPU time and memory of its own"),
    .timeLimit(.minutes(10)))
struct FanOutScaleTests {
    /// How a run may go.
    enum Course: Sendable {
        case plain
        /// slurmctld takes each job, and its answer is lost.
        case lost
        /// The run is cancelled when the first row is there.
        case cancelled
    }

    @Test("Neither CPU time nor memory of a target grows with their number")
    func plain() async {
        await #expect(processExitsWith: .success) { await Self.compare(.plain) }
    }

    @Test("Nor where every answer of slurmctld is lost")
    func lost() async {
        await #expect(processExitsWith: .success) { await Self.compare(.lost) }
    }

    @Test("Nor where thousands of jobs must be ended")
    func cancelled() async {
        await #expect(processExitsWith: .success) { await Self.compare(.cancelled) }
    }

    /// Twenty times as many targets: 4,000 in `make fuzz`; `make bench` has 20,000.
    private static func compare(_ course: Course) async {
        let few = Fuzzing.rounds(200, few: 50)
        // The least of some runs: what else the machine does only adds.
        var (small, large) = (Double.infinity, Double.infinity)
        _ = await cost(few, course)
        // Of the first run alone: the next ones use the memory again that it gave back.
        let bytes = await cost(20 * few, course).bytes
        for _ in 0..<3 {
            small = min(small, await cost(few, course).seconds)
            large = min(large, await cost(20 * few, course).seconds)
        }
        print(
            "fan-out at scale, \(course): \(few) and \(20 * few) targets:",
            "\(Int(small * 1e6)) and \(Int(large * 1e6)) µs of CPU and \(bytes) bytes a target")
        // 1.2 is the goal. A build for debugging makes much of slurmctld's answers about all jobs, of which there are
        // more in a longer run.
        precondition(large <= 1.5 * small, "\(large / small) times as much a target")
        precondition(large < 0.001, "\(large) s of CPU a target")
        precondition(bytes < 4_096, "\(bytes) bytes a target")
    }

    /// Drives one run to its end.
    ///
    /// - Returns: CPU time in seconds and the most memory in bytes, both a target.
    private static func cost(
        _ count: Int, _ course: Course
    ) async -> (seconds: Double, bytes: Int) {
        let cluster = SimulatedCluster(loses: course == .lost)
        let control = FanOutControl()
        let plan = RunPlan(
            id: RunID("r1"), nonce: "secret", directory: "/run",
            payload: Payload(arguments: ["true"], timeout: 20), environment: [])
        var limits = FanOutLimits()
        limits.wait = .seconds(3_600)
        let engine = FanOut(
            scheduler: cluster, store: cluster, steps: FakeSteps { _ in StepEnd(status: nil) },
            plan: plan, limits: limits, control: control, clock: cluster.clock)
        let targets = TestRun.targets(
            (0..<count).map { "gpu-\($0)" }, Target.Dispatch(.job, partition: "p"))
        let memory = residentBytes()
        let seen = Mutex((rows: 0, memory: 0))
        let began = processSeconds()
        await engine.run(targets) { event in
            guard case .result = event else { return }
            seen.withLock { seen in
                seen.rows += 1
                if seen.rows % 64 == 1 { seen.memory = max(seen.memory, residentBytes() - memory) }
            }
            if course == .cancelled { control.cancel() }
        }
        let seconds = processSeconds() - began
        let (rows, most) = seen.withLock { $0 }
        precondition(rows == count, "\(rows) rows of \(count)")
        // What the cluster itself holds counts too; it is the lesser part.
        return (seconds / Double(count), most / count)
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// What of the process is in memory.
    private static func residentBytes() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(getpagesize())
    }
}
