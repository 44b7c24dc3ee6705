import Acting
import ArgumentParser
import Terminal

/// The reason of the actions that set one.
struct ReasonOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Why; with --from, by default what the run found on each node.", valueName: "text"))
    var reason: String?

    /// Checks that what a run found can be a reason: how a plain command ended says nothing of a node's health.
    ///
    /// - Throws: A ``UsageError`` where it cannot, and none is given.
    func check(_ failures: RunFailures?) throws(UsageError) {
        guard let failures, !failures.isCheck, reason == nil else { return }
        throw UsageError(
            "run \(failures.run) is no check (\(failures.check)): how it ended says nothing of a node's health by itself; say why with --reason."
        )
    }

    /// Checks that every node will have a reason.
    ///
    /// - Parameter options: The action's; a run that they name has a finding for each node.
    /// - Throws: A validation error where a reason is missing, or has no words.
    func check(_ options: ActingOptions) throws {
        if options.from == nil, reason == nil {
            throw ValidationError(
                "--reason is needed: say what is wrong, so that the next administrator knows.")
        }
        if let reason, FleetReason(reason, who: "") == nil {
            throw ValidationError("--reason has no words.")
        }
    }
}
