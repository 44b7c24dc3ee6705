@testable import Runs
@testable import SlurmModel
@testable import Sweeps
import GPUCheck
import Testing

@Suite struct RunOwnerTests {
    private static let manifest = Fixtures.manifest(GPUCheckSpecification(timeout: 60))

    @Test("Job numbers mean nothing on another cluster")
    func cluster() throws {
        try RunOwner.check(Self.manifest, cluster: "demo")
        let error = try #require(throws: RunStoreError.self) {
            try RunOwner.check(Self.manifest, cluster: "other")
        }
        #expect(error.cause == "it belongs to cluster 'demo', and this is 'other'")
        #expect(error.remedy?.contains("SLURM_CONF") == true)
        #expect(ExitCodes.code(for: error) == ExitCodes.couldNotWork)
    }

    @Test("Another user's run is shown, never taken over")
    func user() throws {
        let error = try #require(throws: RunStoreError.self) {
            try RunOwner.checkAll(Self.manifest, cluster: "demo")
        }
        #expect(error.cause.hasPrefix("it was begun by ubuntu, and this is "))
        #expect(error.remedy?.contains("fleet show") == true)
    }
}
