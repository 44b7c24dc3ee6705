import ArgumentParser
import Platform
import Runs
import SlurmKit
import Sweeps
import Terminal

/// The flags of every command about a run that is kept.
struct KeptRunOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run: its name, the beginning or end of it, or last.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var run = "last"

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    /// The run.
    ///
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``.
    func find(_ site: Site) throws -> StoredRun {
        try site.run(named: run, runDir: runDir)
    }
}
