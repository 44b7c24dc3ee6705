@testable import FanOut
import SlurmModel
import TestSupport
import Testing

/// Random fault schedules: whatever happens in whatever order, every target has exactly one row.
@Suite("Fan-out under random faults")
struct FanOutScheduleTests {
    private static let states: [Job.State] = [
        .pending, .running, .suspended, .completed, .cancelled, .failed, .timeout, .nodeFail,
        .preempted, .bootFail, .deadline, .outOfMemory, .unknown,
    ]

    private static let claims: [ClaimResult] = [.withdrawn, .begun, .unknown]

    private static let errors: [SlurmError] = [
        SlurmError(kind: .temporary, attempt: "submit", cause: "busy"),
        SlurmError(kind: .refused, attempt: "submit", cause: "no"),
        SlurmError(kind: .limit, attempt: "submit", cause: "full"),
        SlurmError(kind: .controller, attempt: "submit", cause: "gone", code: 1800),
        SlurmError(kind: .controller, attempt: "submit", cause: "lost", code: 5004),
    ]

    @Test("Exactly one row per target", arguments: UInt64(0)..<600)
    func oneRowEach(seed: UInt64) {
        var random = SeededRandom(seed)
        var limits = FanOutLimits()
        limits.retries = Int(seed % 4)
        let count = Int.random(in: 1...12, using: &random)
        let names = (0..<count).map { "n\($0)" }
        var machine = FanOutMachine(
            nodes: names, jobName: "fleet-r", limits: limits, directory: "/run")
        var rows: [String: Int] = [:]
        var now = Duration.zero
        var jobs: [UInt32: Int] = [:]
        var pending: [Int] = []
        var steps = 0
        var attempts = names.map { _ in 1 }
        var mayHaveBegun: Set<Int> = []

        func take(_ actions: [FanOutMachine.Action]) {
            for action in actions {
                switch action {
                case .submit(let index):
                    // What may have begun is never sent again.
                    #expect(!mayHaveBegun.contains(index))
                    pending.append(index)
                case .finish(let result):
                    rows[result.node, default: 0] += 1
                    let index = names.firstIndex(of: result.node) ?? -1
                    #expect(result.attempts == attempts[index])
                    #expect(result.attempts <= limits.retries + 1)
                case .retry(let index, let result):
                    #expect(result.outcome == .launchFailed)
                    let claim = Self.claims.randomElement(using: &random) ?? .unknown
                    if claim != .withdrawn {
                        mayHaveBegun.insert(index)
                    } else if !machine.isCancelled {
                        attempts[index] += 1
                    }
                    take(machine.retried(index, claim: claim, now: now))
                case .cancel, .read: break
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
                let error = Self.errors.randomElement(using: &random) ?? Self.errors[0]
                take(machine.submissionFailed(index, error: error, now: now))
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
