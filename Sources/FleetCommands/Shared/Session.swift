import FoundationEssentials
import FleetCore
import Glibc
import SlurmKit
import SlurmModel

/// What every command begins with: configuration found, libslurm started, slurmctld at hand.
struct Session: Sendable {
    let environment: [String: String]
    let console: Console
    let configuration: FleetConfiguration
    let controller: SlurmController
    private let slurm: SlurmConfiguration

    /// Finds the configurations and starts libslurm; slurmctld is not asked yet.
    ///
    /// - Throws: A ``SlurmError`` or a ``ConfigurationError``.
    init() throws {
        environment = ProcessInfo.processInfo.environment
        console = Console(environment: environment)
        slurm = try SlurmConfiguration.locate(environment: environment)
        configuration = try ConfigurationLoader.load(
            environment: environment, slurmFolder: slurm.folder)
        controller = SlurmController(configuration: slurm)
    }

    /// Loads partitions and nodes, and says so when that takes long: libslurm needs 10 s to give a dead slurmctld up.
    func cluster() async throws -> Cluster {
        let controllers = slurm.controllers.joined(separator: ", ")
        let console = console
        let patience = Task.detached {
            try await Task.sleep(for: .seconds(1))
            console.say("fleet: waiting for slurmctld (\(controllers)) ...")
        }
        defer { patience.cancel() }
        return try await controller.cluster()
    }

    /// The calling user's home: HOME, else the user database.
    var home: String? {
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? Users.home(of: geteuid())
    }
}
