package import Configuration
import FoundationEssentials
import Glibc
import Platform
package import Runs
import SlurmKit
package import Terminal

/// What fleet knows without Slurm: its configuration, its streams, and the kept runs.
package struct Site: Sendable {
    /// The process's environment.
    package let environment: [String: String]
    /// Where data and messages are printed.
    package let console: Console
    /// The settings from files and environment.
    package let configuration: FleetConfiguration

    /// Reads the configuration.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - slurmFolder: The folder that holds slurm.conf; nil where there is none.
    /// - Throws: A ``ConfigurationError``.
    package init(environment: [String: String], slurmFolder: String?) throws(ConfigurationError) {
        self.environment = environment
        console = Console(environment: environment)
        configuration = try ConfigurationLoader.load(
            environment: environment, slurmFolder: slurmFolder, findings: .ofProgram)
    }

    /// The same with the environment as it is.
    ///
    /// - Parameter slurmFolder: The folder that holds slurm.conf; nil where there is none.
    /// - Throws: A ``ConfigurationError``.
    package init(slurmFolder: String?) throws(ConfigurationError) {
        try self.init(
            environment: ProcessInfo.processInfo.environment, slurmFolder: slurmFolder)
    }

    /// Reads the configuration for a command that does not need Slurm; a missing slurm.conf is no error.
    ///
    /// - Throws: A ``ConfigurationError``.
    package static func withoutSlurm() throws(ConfigurationError) -> Site {
        let environment = ProcessInfo.processInfo.environment
        let slurm = try? SlurmConfiguration.locate(environment: environment)
        return try Site(environment: environment, slurmFolder: slurm?.folder)
    }

    /// The folder of this user's runs.
    ///
    /// - Throws: A ``ConfigurationError``.
    package func runDirectoryBase(_ flag: String?) throws(ConfigurationError) -> String {
        try path.runs(flag ?? configuration.runDirectory)
    }

    /// The history of the runs that are kept in a folder.
    ///
    /// - Parameter runs: The folder, absolute; nil for where this user's runs are kept.
    /// - Returns: The history; whatever is wrong with it is told when it is used.
    package func history(runs: String? = nil) -> HistoryAccess {
        do throws(ConfigurationError) {
            guard configuration.recordsHistory else { return HistoryAccess(console: console) }
            let folder = if let runs { runs } else { try runDirectoryBase(nil) }
            let own = try path.history(configuration.historyFile, runs: folder)
            let site = configuration.siteHistory
            let keep = configuration.historyKeep.seconds
            // The findings of root belong to the site's history, unless a file is configured.
            guard geteuid() == 0, configuration.historyFile == nil, let site else {
                return HistoryAccess(
                    file: own, others: site.map { [$0] } ?? [], keep: keep, console: console)
            }
            return HistoryAccess(
                file: site, others: [own], isShared: true, keep: keep, console: console)
        } catch {
            return HistoryAccess(problem: "\(error)", console: console)
        }
    }

    private var path: UserPath {
        UserPath(
            user: geteuid(), home: home,
            workingDirectory: FileManager.default.currentDirectoryPath)
    }

    /// The kept runs.
    ///
    /// - Throws: A ``ConfigurationError``.
    package func catalog(_ flag: String?) throws(ConfigurationError) -> RunCatalog {
        RunCatalog(base: try runDirectoryBase(flag), kinds: .ofProgram)
    }

    /// A kept run; prints a note when `last` skipped runs of other users.
    ///
    /// - Parameters:
    ///   - name: Its name, or `last`.
    ///   - runDir: Where a flag says that runs are kept.
    ///   - cluster: Whose last run is meant; nil for that of slurm.conf, where there is one.
    /// - Returns: The run.
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``.
    package func run(
        named name: String, runDir: String? = nil, cluster: String? = nil
    ) throws -> StoredRun {
        let catalog = try catalog(runDir)
        guard name == "last" else { return try catalog.run(named: name) }
        if let words = try catalog.listing().words(catalog) { console.say(words) }
        let cluster =
            cluster ?? (try? SlurmConfiguration.locate(environment: environment))?.clusterName
        return try catalog.run(named: name, cluster: cluster)
    }

    /// A run that is kept, also one of the user for whom root acts through sudo, read with that user's rights; of the
    /// last runs of both the later one.
    ///
    /// - Parameters:
    ///   - name: Its name, or `last`.
    ///   - runDir: Where a flag says that runs are kept.
    ///   - cluster: Whose last run is meant.
    ///   - read: Reads of the run what is needed of it.
    /// - Returns: What was read.
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``, what `read` throws.
    package func run<Result>(
        named name: String, runDir: String?, cluster: String, read: (StoredRun) throws -> Result
    ) throws -> Result {
        guard let sudo = SudoUser.current(environment: environment) else {
            return try read(run(named: name, runDir: runDir, cluster: cluster))
        }
        let place = UserPath(
            user: sudo.user, home: sudo.home,
            workingDirectory: FileManager.default.currentDirectoryPath)
        let base = try place.runs(runDir ?? configuration.runDirectory)
        let theirs = RunCatalog(base: base, kinds: .ofProgram)
        let other = try sudo.reading { try? theirs.run(named: name, cluster: cluster).id }
        guard let other else { return try read(run(named: name, runDir: runDir, cluster: cluster)) }
        let own = try? run(named: name, runDir: runDir, cluster: cluster)
        if let own, name != "last" || own.id >= other { return try read(own) }
        return try sudo.reading { try read(theirs.run(named: other)) }
    }

    /// Of the newest runs the first of which something is to be told, also of the user for whom root acts through sudo.
    ///
    /// - Parameters:
    ///   - runDir: Where a flag says that runs are kept.
    ///   - read: Reads of a run what is to be told; nil goes on to the one before.
    /// - Returns: What was read of the newest; nil where there is nothing, or nothing can be read.
    package func newest<Result>(runDir: String?, read: (StoredRun) -> Result?) -> Result? {
        func find(_ catalog: RunCatalog) -> (id: String, result: Result)? {
            guard let runs = try? catalog.runs() else { return nil }
            for run in runs.reversed().prefix(Self.mostRead) {
                if let result = read(run) { return (run.id, result) }
            }
            return nil
        }
        let own = (try? catalog(runDir)).flatMap(find)
        guard let sudo = SudoUser.current(environment: environment) else { return own?.result }
        let base = try? UserPath(
            user: sudo.user, home: sudo.home,
            workingDirectory: FileManager.default.currentDirectoryPath
        ).runs(runDir ?? configuration.runDirectory)
        let theirs = base.flatMap { base in
            try? sudo.reading { find(RunCatalog(base: base, kinds: .ofProgram)) }
        }
        guard let theirs = theirs ?? nil else { return own?.result }
        return own.map { $0.id > theirs.id ? $0.result : theirs.result } ?? theirs.result
    }

    /// So many runs are looked through for one that was meant.
    private static let mostRead = 32

    /// The calling user's home: HOME, else the user database.
    var home: String? {
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? Users.home(of: geteuid())
    }
}

extension RunCatalog.Listing {
    /// A note about runs of other users; nil when there are none.
    package func words(_ catalog: RunCatalog) -> String? {
        guard !strangers.isEmpty else { return nil }
        let count = strangers.values.reduce(0) { $0 + $1.count }
        let names = strangers.keys.sorted().prefix(4).map(Users.name(of:)).joined(separator: ", ")
        let more = strangers.count > 4 ? ", ..." : ""
        return TerminalText.visible(
            "fleet: \(catalog.base): \(count) \(count == 1 ? "run" : "runs") of other users (\(names)\(more)) passed over"
        )
    }
}
