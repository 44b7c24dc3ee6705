import SlurmModel
import Testing

@testable import FleetCore

/// Random fault schedules: whatever happens in whatever order, every target has exactly one row.
@Suite("Fan-out under random faults")
struct FanOutScheduleTests {
    /// A generator that can be replayed: SplitMix64.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    private static let states: [Job.State] = [
        .pending, .running, .suspended, .completed, .cancelled, .failed, .timeout, .nodeFail,
        .preempted, .bootFail, .deadline, .outOfMemory, .unknown,
    ]

    @Test("Exactly one row per target", arguments: UInt64(0)..<300)
    func oneRowEach(seed: UInt64) {
        var random = Random(state: seed)
        let count = Int.random(in: 1...12, using: &random)
        let names = (0..<count).map { "n\($0)" }
        var machine = FanOutMachine(
            nodes: names, jobName: "fleet-r", limits: FanOutLimits(), directory: "/run")
        var rows: [String: Int] = [:]
        var now = Duration.zero
        var jobs: [UInt32: Int] = [:]
        var pending: [Int] = []
        var steps = 0

        func take(_ actions: [FanOutMachine.Action]) {
            for action in actions {
                switch action {
                case .submit(let index): pending.append(index)
                case .finish(let result): rows[result.node, default: 0] += 1
                case .cancel, .read, .retry: break
                }
            }
        }

        while !machine.isDone, steps < 5_000 {
            steps += 1
            now += .milliseconds(Int.random(in: 1...4_000, using: &random))
            take(machine.submissions(atMost: 4, now: now))
            take(machine.tick(now: now))
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                guard let index = pending.popLast() else { continue }
                let job = UInt32(jobs.count + 1)
                jobs[job] = index
                take(machine.submitted(index, job: job, now: now))
            case 2:
                guard let index = pending.popLast() else { continue }
                let kind: SlurmError.Kind = Bool.random(using: &random) ? .temporary : .refused
                take(
                    machine.submissionFailed(
                        index, error: SlurmError(kind: kind, attempt: "submit", cause: "no"),
                        now: now))
            case 3:
                let finished = Set(
                    jobs.filter { _ in Bool.random(using: &random) }
                        .map { "\(names[$0.value]).\($0.key)" })
                let started = Set(
                    jobs.filter { _ in Bool.random(using: &random) }
                        .map { "\(names[$0.value]).\($0.key)" })
                take(machine.scanned(RecordScan(finished: finished, started: started), now: now))
            case 4:
                let index = Int.random(in: 0..<count, using: &random)
                if Bool.random(using: &random) {
                    take(
                        machine.read(
                            index,
                            record: Record(
                                exit: .exited(0), timedOut: false, duration: 0, stdout: [],
                                stderr: [])))
                } else {
                    machine.unreadable(index, problem: .truncated)
                }
            case 5 where seed.isMultiple(of: 3):
                take(machine.cancel(now: now))
            case 6:
                take(
                    machine.observationFailed(
                        SlurmError(kind: .controller, attempt: "load", cause: "gone"), now: now))
            default:
                let known = jobs.keys.compactMap { id -> Job? in
                    guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
                    let state = Self.states.randomElement(using: &random) ?? .running
                    return Job(
                        id: id, state: state, isConfiguring: Bool.random(using: &random),
                        isCompleting: Bool.random(using: &random))
                }
                take(machine.observed(known, asked: now, now: now + .milliseconds(5)))
            }
            #expect(machine.progress.done == rows.count)
        }
        #expect(machine.isDone)
        #expect(rows == Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    }
}
