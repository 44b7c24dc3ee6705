@testable package import FanOut
package import Platform
package import SlurmModel
import Synchronization

/// A cluster that is nowhere but in a clock's head: slurmctld, its nodes and a run directory, for engines of thousands
/// of targets.
///
/// Jobs start in the order of their submission, so many a second, run for some seconds, and leave a record. Time passes
/// only while the engine pauses.
package final class SimulatedCluster: JobScheduler, RecordStore {
    /// What was asked of it.
    package struct Work: Sendable {
        /// File names that the engine was given to look at.
        package var names = 0
        /// Jobs that the engine was given to look at.
        package var jobs = 0
    }

    private struct SimulatedJob {
        let name: String
        let node: String
        let start: Duration
        var isCancelled = false
    }

    private struct State {
        var now = Duration.zero
        var jobs: [SimulatedJob] = []
        var lastStart = Duration.zero
        var cancelled: [UInt32] = []
        var work = Work()
        /// The names of the files of the first jobs, which are whole.
        var whole: [String] = []
    }

    /// libslurm's number for an exchange that broke off after the connection.
    private static let noAnswer: Int32 = 1_002

    private let state = Mutex(State())
    private let perSecond: Int
    private let running: Duration
    private let loses: Bool
    private let nonce: String

    /// Makes a cluster.
    ///
    /// - Parameters:
    ///   - perSecond: How many jobs start in a second.
    ///   - running: How long each runs.
    ///   - loses: Whether slurmctld takes every job and loses its own answer.
    ///   - nonce: The run's.
    package init(
        perSecond: Int = 100, running: Duration = .seconds(2), loses: Bool = false,
        nonce: String = "secret"
    ) {
        self.perSecond = perSecond
        self.running = running
        self.loses = loses
        self.nonce = nonce
    }

    /// Its clock.
    ///
    /// A pause takes a moment of real time, in which the engine's own tasks go on.
    package var clock: FanOutClock {
        FanOutClock(now: { self.state.withLock(\.now) }) { interval in
            self.state.withLock { $0.now += interval }
            await Task.detached { try? await Task.sleep(for: .milliseconds(1)) }.value
        }
    }

    /// The time that has passed.
    package var now: Duration { state.withLock(\.now) }
    /// What was asked of it so far.
    package var work: Work { state.withLock(\.work) }
    /// The jobs that were ended, in that order.
    package var cancelled: [UInt32] { state.withLock(\.cancelled) }

    // MARK: - slurmctld

    package func submit(_ job: BatchJob) async throws(SlurmError) -> UInt32 {
        let id = state.withLock { state in
            state.lastStart = max(state.now, state.lastStart) + .seconds(1) / perSecond
            state.jobs.append(
                SimulatedJob(name: job.name, node: job.node, start: state.lastStart))
            return UInt32(state.jobs.count)
        }
        guard !loses else {
            throw SlurmError(
                kind: .temporary, attempt: "submit a job", cause: "no answer",
                code: Self.noAnswer)
        }
        return id
    }

    package func jobs() async throws(SlurmError) -> [Job] {
        state.withLock { state in
            state.work.jobs += state.jobs.count
            return state.jobs.enumerated().map { offset, job in
                Job(
                    id: UInt32(offset + 1), name: job.name, requestedNode: job.node,
                    state: job.isCancelled
                        ? .cancelled
                        : state.now < job.start
                            ? .pending : state.now < job.start + running ? .running : .completed)
            }
        }
    }

    package func cancel(job: UInt32) async throws(SlurmError) {
        state.withLock { state in
            state.cancelled.append(job)
            state.jobs[Int(job) - 1].isCancelled = true
        }
    }

    // MARK: - The run directory

    package func scan() -> RecordScan {
        let names = state.withLock { state in
            while state.whole.count < state.jobs.count,
                state.jobs[state.whole.count].start + running <= state.now
            {
                state.whole.append(
                    "\(state.jobs[state.whole.count].node).\(state.whole.count + 1)")
            }
            var names = state.whole
            for (offset, job) in state.jobs.enumerated().dropFirst(names.count) {
                guard job.start <= state.now else { break }
                names.append(".\(job.node).\(offset + 1).out")
            }
            state.work.names += names.count
            return names
        }
        return RecordScan(fileNames: names)
    }

    package func record(for key: RecordKey) throws(RecordProblem) -> Record {
        let text = """
            well

            fleet-record/1 run=\(key.run) node=\(key.node) nonce=\(key.nonce) job=\(key.job) status=0 \
            timed_out=0 ended=0 setup=0 hundredths=200 stdout=5 stderr=0

            """
        return try Record(bytes: Array(text.utf8), key: key)
    }

    package func partialOutput(node: String, job: String) -> (stdout: [UInt8], stderr: [UInt8]) {
        ([], [])
    }
    package func output(node: String, job: String, from offsets: OutputOffsets) -> OutputPiece {
        OutputPiece(stdout: [], stderr: [])
    }
    package func claim(node: String, attempt: Int) -> ClaimResult { .withdrawn }
    package func streamPath(for key: RecordKey) -> String { "" }
    package func groupPath(for key: RecordKey) -> String { "" }
    package func keepGroup(_ path: String, nodes: [String]) {}
    package func groupOutput(_ path: String, from offset: Int) -> [UInt8] { [] }
    package func keep(_ record: [UInt8], for key: RecordKey) {}
    package func removeGroup(_ path: String) {}
    package func stage(of key: RecordKey) -> String? { nil }
    package func keepStream(for key: RecordKey) -> Bool { false }
    package func file(_ name: String) throws -> [UInt8] { [] }
    package func fault() -> HeadFault? { nil }
    package func tidy(node: String, job: String) {}
}
