package import History
package import SlurmModel
import Verdicts

extension AttentionRules {
    /// What the state itself says, the worst of it; nil for a state that is no fault.
    func state(of node: Node) -> Attention? {
        fault(of: node) ?? notice(of: node)
    }

    private func fault(of node: Node) -> Attention? {
        let state = node.state
        if state.has(.invalidRegistration) {
            return make(
                .fail, .invalidRegistration, node,
                remedy: "compare 'slurmd -C' on the node with its line in slurm.conf and with "
                    + "gres.conf; then restart slurmd")
        }
        if state.isRebooting { return isDrainedBeside(node) ? drained(node) : nil }
        if state.base == .down { return down(node) }
        if state.base == .error {
            return make(.fail, .error, node, remedy: "scontrol show node {nodes}")
        }
        if state.has(.fail) {
            return make(
                .fail, .failing, node,
                remedy: "repair it; then: \(resume(node))")
        }
        if state.base == .unknown {
            return make(
                .unknown, .stateUnknown, node,
                remedy: "slurmctld has not heard of it since it started: is slurmd running there?")
        }
        // A node that is only to be powered down once its jobs have ended was drained by that request.
        let isDrained = state.has(.drain) && !state.has(.powerDrain)
        if state.has(.notResponding), !state.isAsleep, !isDrained, state.base != .future {
            return make(
                .unknown, .notResponding, node,
                remedy: "can it be reached? then: systemctl status slurmd on the node")
        }
        return isDrained ? drained(node) : nil
    }

    /// slurmctld's own text for a node that it drains so that it gets idle for its reboot [slurmctld/node_mgr.c].
    private static let rebootReason = "Reboot ASAP"

    /// Whether a node that reboots is drained for something else than the reboot, and stays so after it.
    private func isDrainedBeside(_ node: Node) -> Bool {
        node.state.has(.drain) && node.reason?.text.hasPrefix(Self.rebootReason) != true
            && node.details.nextState?.uppercased().hasPrefix("RESUME") != true
    }

    /// slurmctld's own text for a node that came back before anybody expected it [slurmctld/node_mgr.c].
    private static let rebooted = "Node unexpectedly rebooted"

    private func down(_ node: Node) -> Attention? {
        guard let reason = node.reason else {
            // A node that is powered down may have the state DOWN; that is no fault.
            guard !node.state.isAsleep else { return nil }
            return make(
                .fail, .down, node,
                remedy: "is slurmd running there? then: "
                    + resume(node))
        }
        if reason.text.hasPrefix(Self.rebooted) {
            return make(
                .fail, .unexpectedReboot, node,
                remedy: "look for the cause (dmesg, the BMC's log); then: "
                    + resume(node))
        }
        return make(
            .fail, .down, node,
            remedy: node.state.isAsleep
                ? "see the log of the program that powers nodes up and down"
                : "look at its console and slurmd's log; then: "
                    + resume(node))
    }

    private func drained(_ node: Node) -> Attention {
        let silent = node.state.has(.notResponding) && !node.state.isAsleep
        var found = make(
            silent ? .unknown : .warn, .drained, node,
            remedy: "when it is repaired: \(resume(node))")
        // Drained for what a check found: one thing, told once.
        guard let last = cause(ofDrained: node) else { return found }
        found.severity = max(found.severity, severity(of: last, on: node))
        found.what += "; \(last.check) \(words(last, of: node))"
        // It began with the finding, and not with what was done about it.
        let failed = last.since ?? last.time
        found.since = min(found.since ?? failed, failed)
        found.remedies = remedies(last, of: node) + found.remedies
        return found
    }

    /// The check whose finding is the reason for which fleet drained a node; nil for any other reason.
    package func cause(ofDrained node: Node) -> LastVerdict? {
        guard node.state.has(.drain), let text = node.reason?.text else { return nil }
        return context.verdicts[node.name]?.first { last in
            last.verdict == .fail
                && (last.findings.contains {
                    FleetReason.isOf(FleetReason.words($0.finding), text: text)
                }
                    || last.message.map { FleetReason.isOf("\(last.check): \($0)", text: text) }
                        == true)
        }
    }

    /// The command that puts it back: `fleet resume` leaves alone what fleet did not drain, and nodes that are down.
    ///
    /// Where a check had failed it is made again first; of a node that is down none can be made.
    private func resume(_ node: Node) -> String {
        let isFleets = FleetReason.isFleets(node.reason)
        let isDown = node.state.base == .down
        let isSick = context.verdicts[node.name]?.contains { $0.verdict == .fail } ?? false
        return "fleet resume -n {nodes}" + (isFleets && !isDown ? "" : " --force")
            + (isSick && !isDown && !node.state.has(.fail) ? " --recheck" : "")
    }

    /// What is worth knowing and no fault.
    private func notice(of node: Node) -> Attention? {
        let state = node.state
        if state.has(.rebootIssued) || state.has(.rebootRequested) {
            return make(.info, .reboot, node, remedy: nil)
        }
        guard state.has(.maintenance) else { return nil }
        return make(.info, .maintenance, node, remedy: nil)
    }

    /// `drained by root, not responding`; the reason's own text apart, since it may be long.
    private func make(
        _ severity: Severity, _ code: Attention.Code, _ node: Node, remedy: String?
    ) -> Attention {
        var phrases = node.state.phrases
        let user = node.reason?.user.map { " by \($0)" } ?? ""
        phrases[0] += user
        if code == .unexpectedReboot { phrases.insert("unexpected reboot", at: 0) }
        return Attention(
            severity, code, phrases.joined(separator: ", "), detail: node.reason?.text,
            remedy: remedy, since: node.reason?.time)
    }
}
