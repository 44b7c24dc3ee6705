import ArgumentParser
import Sweeps

/// The flag of the actions after which a node may not be what it was.
struct EvidenceOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "First keep what each node can tell in this folder (nvidia-bug-report, else its logs); a node that gives nothing is left alone.",
            valueName: "folder"),
        completion: .directory)
    var evidence: String?

    mutating func validate() throws {
        if evidence == "" { throw ValidationError("--evidence '' names no folder.") }
    }

    /// What keeps it; nil where nobody asked.
    func keeper(_ session: Session, runDir: String?) -> EvidenceKeeper? {
        evidence.map { EvidenceKeeper(session: session, folder: $0, runDir: runDir) }
    }
}
