import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// A call of libslurm beside which fleet looks whether slurmctld is there at all.
@Suite struct ControllerReachTests {
    private func reach() throws -> ControllerReach {
        let folder = try TemporaryFolder([
            "slurm.conf":
                "ClusterName=c\nSlurmctldHost=a(127.0.0.1)\nSlurmctldHost=b\nSlurmctldPort=6820\n"
        ])
        return ControllerReach(
            try SlurmConfiguration.locate(
                environment: ["SLURM_CONF": folder.path + "/slurm.conf"]))
    }

    @Test("A call that ends gives its own answer, and its own error, unchanged")
    func passes() async throws {
        let reach = try reach()
        for number in 0..<50 {
            #expect(try await reach.bounded { () async throws(SlurmError) in number } == number)
        }
        let given = SlurmError(kind: .refused, attempt: "try", cause: "no", code: 2_015)
        let error = await #expect(throws: SlurmError.self) {
            try await reach.bounded { () async throws(SlurmError) -> Int in throw given }
        }
        #expect(error == given)
    }

    @Test("Whoever is interrupted waits no longer, and is told for which controllers it was")
    func interrupted() async throws {
        let reach = try reach()
        let (never, end) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await reach.bounded { () async throws(SlurmError) -> Int in
                for await _ in never {}
                return 0
            }
        }
        task.cancel()
        let error = await #expect(throws: SlurmError.self) { try await task.value }
        end.finish()
        #expect(error?.kind == .controller)
        #expect(
            error?.description == "cannot reach slurmctld (a:6820, b:6820): it was interrupted")
    }
}
