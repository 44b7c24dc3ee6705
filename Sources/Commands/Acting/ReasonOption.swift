import Acting
import ArgumentParser

/// The reason of the actions that set one.
struct ReasonOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Why; with --from, by default what the run found on each node.", valueName: "text"))
    var reason: String?

    /// Checks that every node will have a reason.
    ///
    /// - Parameter options: The action's; a run that they name has a finding for each node.
    /// - Throws: A validation error where a reason is missing, or has no words.
    func check(_ options: ActingOptions) throws {
        if options.from == nil, reason == nil {
            throw ValidationError("--reason is needed: what is wrong, for who finds the node next.")
        }
        if let reason, FleetReason(reason, who: "") == nil {
            throw ValidationError("--reason has no words.")
        }
    }
}
