import Acting
import ArgumentParser
import History
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
    /// - Parameters:
    ///   - failures: The run's; nil without one.
    ///   - verb: What is to be done.
    ///   - sweep: Finds the newest check with failures, which may have been meant.
    /// - Throws: A ``UsageError`` where it cannot, and none is given.
    func check(
        _ failures: RunFailures?, to verb: NodeAction.Verb, sweep: () -> RunFailures?
    ) throws(UsageError) {
        guard let failures, !failures.isCheck, reason == nil else { return }
        let meant = sweep().map { sweep in
            let nodes = sweep.nodes.names.count
            return
                "\nThe newest check with failures is \(sweep.check) (\(nodes) \(nodes == 1 ? "node" : "nodes")): fleet \(verb.rawValue) --from \(sweep.run)"
        }
        throw UsageError(
            "run \(failures.run) is no check (\(failures.check)): how it ended says nothing of a node's health by itself; say why with --reason."
                + (meant ?? ""))
    }

    /// Checks that every node will have a reason.
    ///
    /// - Parameters:
    ///   - options: The action's; a run that they name has a finding for each node.
    ///   - isNeeded: Whether no node can have a reason already that does.
    /// - Throws: A validation error where a reason is missing, or has no words.
    func check(_ options: ActingOptions, isNeeded: Bool = true) throws {
        if options.from == nil, reason == nil, isNeeded {
            throw ValidationError(
                "--reason is needed: say what is wrong, so that the next administrator knows.")
        }
        if let reason, FleetReason(reason, who: "") == nil {
            throw ValidationError("--reason has no words.")
        }
    }
}
