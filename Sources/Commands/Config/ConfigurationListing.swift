package import Configuration
import FoundationEssentials
import Probes
import SlurmKit
import SlurmModel
import Sweeps

/// Every setting with its origin, and the files that were looked at.
package struct ConfigurationListing: Hashable, Sendable {
    /// A file that may hold settings.
    package struct File: Hashable, Sendable {
        /// Its path.
        package var path: String
        /// Whether it is there, and so was read.
        package var isThere: Bool

        /// Makes a file.
        package init(_ path: String, isThere: Bool) {
            self.path = path
            self.isThere = isThere
        }
    }

    /// What is in force before flags.
    package var configuration: FleetConfiguration
    /// The files, weakest first.
    package var files: [File]
    /// The slurm.conf in use; nil where there is none.
    package var slurmConf: String?
    /// Why there is no usable slurm.conf; nil where there is one.
    package var slurmProblem: String?

    /// Makes a listing.
    package init(
        configuration: FleetConfiguration, files: [File], slurmConf: String?,
        slurmProblem: String? = nil
    ) {
        self.configuration = configuration
        self.files = files
        self.slurmConf = slurmConf
        self.slurmProblem = slurmProblem
    }

    /// Looks around; without a usable slurm.conf the other layers still count.
    ///
    /// - Throws: A ``ConfigurationError`` for a file or variable that cannot be used.
    init(environment: [String: String]) throws(ConfigurationError) {
        var folder: String?
        do throws(SlurmError) {
            let slurm = try SlurmConfiguration.locate(environment: environment)
            slurmConf = slurm.path
            folder = slurm.folder
        } catch {
            slurmProblem = "cannot \(error.attempt): \(error.cause)"
        }
        configuration = try ConfigurationLoader.load(
            environment: environment, slurmFolder: folder, findings: .standard)
        files = ConfigurationLoader.paths(environment: environment, slurmFolder: folder).map {
            File($0, isThere: FileManager.default.fileExists(atPath: $0))
        }
    }
}
