import ArgumentParser
import FleetCore
import SlurmKit

/// The flags of every command about a run that is kept.
struct KeptRunOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run: its name, the beginning or end of it, or last.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var run = "last"

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"))
    var runDir: String?

    /// The run.
    ///
    /// - Throws: A ``RunStoreError``, a ``ConfigurationError``.
    func find(_ site: Site) throws -> StoredRun {
        try site.run(named: run, runDir: runDir)
    }
}

extension RunCatalog.Listing {
    /// What to say of runs that belong to other users; nil where there are none.
    func words(_ catalog: RunCatalog) -> String? {
        guard !strangers.isEmpty else { return nil }
        let count = strangers.values.reduce(0) { $0 + $1.count }
        let names = strangers.keys.sorted().prefix(4).map(Users.name(of:)).joined(separator: ", ")
        let more = strangers.count > 4 ? ", ..." : ""
        return TerminalText.visible(
            "fleet: \(catalog.base): \(count) \(count == 1 ? "run" : "runs") of other users (\(names)\(more)) passed over"
        )
    }
}
