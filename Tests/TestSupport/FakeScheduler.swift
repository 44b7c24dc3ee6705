@testable import FanOut
package import SlurmModel
import Synchronization

/// A slurmctld that takes every job and starts none; tests read what it was asked.
package final class FakeScheduler: JobScheduler {
    private let state = Mutex<(submitted: [BatchJob], cancelled: Set<UInt32>)>(([], []))
    private let onSubmit: @Sendable (BatchJob, UInt32) async throws(SlurmError) -> Void
    private let known: @Sendable (UInt32, BatchJob) -> Job

    /// Makes a scheduler.
    ///
    /// - Parameters:
    ///   - known: What it says of a job that was not cancelled.
    ///   - onSubmit: Done for each submission, with the job's number.
    package init(
        known: @escaping @Sendable (UInt32, BatchJob) -> Job = { id, job in
            Job(id: id, name: job.name, requestedNode: job.node, state: .pending)
        },
        onSubmit: @escaping @Sendable (BatchJob, UInt32) async throws(SlurmError) -> Void = {
            (_, _) async throws(SlurmError) in
        }
    ) {
        self.known = known
        self.onSubmit = onSubmit
    }

    package var submitted: [BatchJob] { state.withLock { $0.submitted } }
    package var cancelled: Set<UInt32> { state.withLock { $0.cancelled } }

    package func submit(_ job: BatchJob) async throws(SlurmError) -> UInt32 {
        let id = state.withLock { state in
            state.submitted.append(job)
            return UInt32(state.submitted.count)
        }
        try await onSubmit(job, id)
        return id
    }

    package func jobs() async throws(SlurmError) -> [Job] {
        let (submitted, cancelled) = state.withLock { $0 }
        return submitted.enumerated().map { offset, job in
            let id = UInt32(offset + 1)
            guard cancelled.contains(id) else { return known(id, job) }
            return Job(id: id, name: job.name, requestedNode: job.node, state: .cancelled)
        }
    }

    package func cancel(job: UInt32) async throws(SlurmError) {
        state.withLock { _ = $0.cancelled.insert(job) }
    }
}
