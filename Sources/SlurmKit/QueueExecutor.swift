internal import Dispatch

/// Runs an actor on a thread of its own, so that libslurm's blocking calls never block Swift's thread pool.
final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "slurm")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }
}
