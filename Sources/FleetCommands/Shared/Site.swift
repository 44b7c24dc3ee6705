import FleetCore
import FoundationEssentials
import Glibc
import SlurmKit

/// What fleet knows without Slurm: its configuration, its streams, and the runs that are kept.
struct Site: Sendable {
    let environment: [String: String]
    let console: Console
    let configuration: FleetConfiguration

    /// Reads the configuration.
    ///
    /// - Parameter slurmFolder: The folder that holds slurm.conf; nil where there is none.
    /// - Throws: A ``ConfigurationError``.
    init(slurmFolder: String?) throws(ConfigurationError) {
        environment = ProcessInfo.processInfo.environment
        console = Console(environment: environment)
        configuration = try ConfigurationLoader.load(
            environment: environment, slurmFolder: slurmFolder)
    }

    /// Reads the configuration for a command that asks Slurm nothing; a slurm.conf that is not there is no error.
    ///
    /// - Throws: A ``ConfigurationError``.
    static func withoutSlurm() throws(ConfigurationError) -> Site {
        let slurm = try? SlurmConfiguration.locate(
            environment: ProcessInfo.processInfo.environment)
        return try Site(slurmFolder: slurm?.folder)
    }

    /// Where this user's runs are kept.
    ///
    /// - Throws: A ``ConfigurationError``.
    func runDirectoryBase(_ flag: String?) throws(ConfigurationError) -> String {
        try path.runs(flag ?? configuration.runDirectory)
    }

    /// The history of the runs that are kept in a folder.
    ///
    /// - Parameter runs: The folder, absolute; nil for where this user's runs are kept.
    /// - Returns: The history; whatever is wrong with it is told when it is used.
    func history(runs: String? = nil) -> History {
        do throws(ConfigurationError) {
            guard configuration.recordsHistory else { return History(console: console) }
            let folder = if let runs { runs } else { try runDirectoryBase(nil) }
            let file = try path.history(configuration.historyFile, runs: folder)
            return History(file: file, keep: configuration.historyKeep.seconds, console: console)
        } catch {
            return History(problem: "\(error)", console: console)
        }
    }

    private var path: UserPath {
        UserPath(
            user: geteuid(), home: home,
            workingDirectory: FileManager.default.currentDirectoryPath)
    }

    /// The runs that are kept.
    ///
    /// - Throws: A ``ConfigurationError``.
    func catalog(_ flag: String?) throws(ConfigurationError) -> RunCatalog {
        RunCatalog(base: try runDirectoryBase(flag))
    }

    /// A run that is kept; says where folders of other users were passed over for `last`.
    ///
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``.
    func run(named name: String, runDir: String? = nil) throws -> StoredRun {
        let catalog = try catalog(runDir)
        if name == "last", let words = try catalog.listing().words(catalog) { console.say(words) }
        return try catalog.run(named: name)
    }

    /// The calling user's home: HOME, else the user database.
    var home: String? {
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? Users.home(of: geteuid())
    }
}
