import FanOut
package import History
import SlurmModel

extension NodeAction {
    /// What goes into the history of one node's outcome; nil where nothing was meant to be done.
    ///
    /// - Parameters:
    ///   - outcome: What came of it.
    ///   - verb: What was asked for.
    ///   - user: Who asked.
    ///   - run: The run whose verdicts led to it; nil where none did.
    ///   - time: When, in seconds since 1970.
    package init?(
        _ outcome: NodeOutcome, verb: Verb, user: String, run: String?, time: Int
    ) {
        let end: Outcome
        switch outcome.end {
        case .done: end = .done
        case .failed: end = .failed
        case .kept(.changed), .kept(.check), .kept(.evidence), .kept(.limit), .kept(.stopped):
            end = .skipped
        // Of these nothing was decided anew: they were left alone from the beginning.
        case .kept(.already), .kept(.foreign), .kept(.state), .kept(.rebooted),
            .kept(.superseded), .planned:
            return nil
        }
        let node = outcome.plan.node
        self.init(
            time: time, user: user, verb: verb, node: node.name,
            reason: outcome.plan.action?.reason,
            stateBefore: node.state.names?.complete ?? node.state.text,
            reasonBefore: node.reason?.text, run: run, outcome: end,
            detail: end == .done ? nil : outcome.detail)
    }
}

extension NodeAction.Verb {
    /// What it is called once it is done, as in `drained`.
    package var done: String {
        switch self {
        case .drain: "drained"
        case .resume: "resumed"
        case .reboot: "reboot requested"
        }
    }

    /// What a node is called at which it need not be done, as in `drained already`.
    package var already: String {
        switch self {
        case .drain: "drained already"
        case .resume: "in service already"
        case .reboot: "to be rebooted already"
        }
    }
}
