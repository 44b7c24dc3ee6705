import FanOut
import Glibc
import SlurmKit
import SlurmModel

/// The fan-out's view of slurmctld: the calling user's jobs.
struct UserJobs: JobScheduler {
    private let controller: SlurmController

    init(controller: SlurmController) {
        self.controller = controller
    }

    func submit(_ job: BatchJob) async throws(SlurmError) -> UInt32 {
        try await controller.submit(job)
    }

    func jobs() async throws(SlurmError) -> [Job] {
        try await controller.jobs(of: geteuid())
    }

    func cancel(job: UInt32) async throws(SlurmError) {
        try await controller.cancel(job: job)
    }
}
