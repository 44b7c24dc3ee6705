import Platform
package import SlurmModel
import Verdicts

/// What about a node or a partition needs attention; asks nobody.
package struct AttentionRules: Sendable {
    let context: AttentionContext

    /// Makes the rules for one look at the cluster.
    package init(_ context: AttentionContext) {
        self.context = context
    }

    /// Everything about a node that somebody should look at, its state first; empty for a healthy one.
    ///
    /// A cloud node that is powered down, or on its way there or back, is healthy.
    package func attentions(for node: Node) -> [Attention] {
        let state = state(of: node)
        let told = [state].compactMap(\.self) + checks(of: node, beside: state)
        // What a node says of itself is old where it says nothing any more.
        guard Self.isAlive(node) else { return told }
        return told
            + [leakedGPUs(on: node), load(of: node), version(of: node), memory(of: node)]
            .compactMap(\.self)
    }

    /// What about a partition needs attention; nil for one that is up.
    package func attention(for partition: Partition) -> Attention? {
        let what: String
        switch partition.state {
        case .up: return nil
        case .down: what = "partition down: it takes jobs and starts none"
        case .drain: what = "partition drained: it takes no new jobs"
        case .inactive: what = "partition inactive: it takes no jobs and starts none"
        }
        if partition.state == .inactive, let manager = context.manager, manager.protects {
            return Attention(
                .warn, .partition, what + " (PROTECTED)", remedies: manager.protectedRemedies)
        }
        return Attention(
            .warn, .partition, what,
            remedy: "scontrol update "
                + ShellQuote.readable(["partitionname=\(partition.name)", "state=up"]))
    }

    /// Whether the jobs are needed to judge a node: they cost more than all nodes, and most never need them.
    package static func needsJobs(_ node: Node) -> Bool {
        isAlive(node) && (hasUnusedGPUs(node) || hasOddLoad(node))
    }

    /// Whether the node answers, so that its own figures mean something.
    static func isAlive(_ node: Node) -> Bool {
        let state = node.state
        switch state.base {
        case .down, .unknown, .future, .error: return false
        case .idle, .allocated, .mixed:
            return !state.has(.notResponding) && !state.has(.invalidRegistration)
                && !state.isAsleep && !state.has(.rebootIssued)
        }
    }
}

extension NodeState {
    /// Whether the node is powered down, or on its way there or back: no fault, whatever else it shows.
    ///
    /// One that is only asked to power down is up as long as jobs hold it, and may die like any other.
    package var isAsleep: Bool {
        has(.poweredDown) || has(.poweringDown) || has(.poweringUp) || has(.powerUp)
            || (has(.powerDown) && !isOccupied)
    }

    /// Whether slurmctld reboots it: until it is back, or late, slurmctld holds it for down.
    package var isRebooting: Bool {
        has(.rebootIssued) && !has(.fail) && base != .error && base != .unknown
    }

    /// Whether Slurm starts jobs on it, now or after powering it up.
    package var takesJobs: Bool {
        switch base {
        case .down, .unknown, .future, .error: false
        case .idle, .allocated, .mixed:
            ![
                .drain, .fail, .invalidRegistration, .maintenance, .rebootIssued, .powerDrain,
            ].contains(where: has) && (isAsleep || !has(.notResponding))
        }
    }
}
