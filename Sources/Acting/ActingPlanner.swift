package import FanOut
package import History
package import SlurmModel

/// Decides for each selected node whether its state in Slurm may be changed; asks nobody.
package struct ActingPlanner: Sendable {
    /// What is to be done.
    package var verb: NodeAction.Verb
    /// The reason of every node that ``reasons`` does not name; nil where there is none.
    package var reason: String?
    /// The reasons by node.
    package var reasons: [String: String]
    /// Whether a reason that fleet did not set may be replaced, and a state that speaks against it overruled.
    package var isForced: Bool
    /// When the run began that found something wrong with the nodes, in seconds since 1970; nil where none did.
    package var runStart: Int?
    /// Who holds which node.
    package var holders: Holders?
    /// The clock, in seconds since 1970.
    package var now: Int
    /// Who replaces instances of nodes that go out of service; nil where nobody does.
    package var manager: Clustermgtd?

    /// Makes a planner.
    package init(
        _ verb: NodeAction.Verb, reason: String? = nil, reasons: [String: String] = [:],
        isForced: Bool = false, runStart: Int? = nil, holders: Holders? = nil, now: Int,
        manager: Clustermgtd? = nil
    ) {
        self.verb = verb
        self.reason = reason
        self.reasons = reasons
        self.isForced = isForced
        self.runStart = runStart
        self.holders = holders
        self.now = now
        self.manager = manager
    }

    /// The plan for one node.
    package func plan(_ node: Node) -> NodePlan {
        let decision =
            switch verb {
            case .drain: drain(node)
            case .resume: resume(node)
            case .reboot: reboot(node)
            }
        return NodePlan(node: node, decision: decision)
    }

    /// Whether the action is to be seen in the node's state.
    ///
    /// - Parameters:
    ///   - verb: What was asked for.
    ///   - reason: The reason it must have to count: of a drain whose answer was lost, a drain from before says nothing.
    ///   - node: The node as it is now.
    /// - Returns: Whether it is to be seen; nil where that cannot be told so soon.
    package static func isDone(_ verb: NodeAction.Verb, reason: String? = nil, _ node: Node)
        -> Bool?
    {
        switch verb {
        case .drain: node.state.has(.drain) && (reason == nil || node.reason?.text == reason)
        case .resume: !node.state.has(.drain) && node.state.base != .down
        // An idle node may be rebooting, or back, by the next look.
        case .reboot: nil
        }
    }

    // MARK: - Verbs

    private func drain(_ node: Node) -> NodePlan.Decision {
        if let refusal = absent(node) ?? rebooted(node) { return .keep(refusal) }
        let wanted = reasons[node.name] ?? reason
        if node.state.has(.drain), !isForced, FleetReason.isFleets(node.reason) {
            return .keep(
                .init(.already, notes("drained already" + because(node), timer(node)) ?? ""))
        }
        if let refusal = foreign(node, remedy: "--force replaces the reason") {
            return .keep(refusal)
        }
        if Self.isBusy(node), Self.isBooting(node) {
            let busy = "powering up for \(jobs(on: node)): Slurm requeues what waits for it"
            guard isForced else {
                return .keep(.init(.state, busy, remedy: "wait until it is up, or --force"))
            }
            return .act(
                .init(
                    reason: wanted,
                    note: notes(old(node), busy, timer(node), manager?.drainNote(node))))
        }
        let jobs = Self.isBusy(node) ? "busy: \(jobs(on: node)); what runs goes on" : nil
        return .act(
            .init(
                reason: wanted,
                note: notes(old(node), jobs, timer(node), manager?.drainNote(node))))
    }

    private func resume(_ node: Node) -> NodePlan.Decision {
        if let refusal = absent(node) { return .keep(refusal) }
        let state = node.state
        let isOut = state.has(.drain) || state.has(.fail) || state.base == .down
        if isOut, state.has(.rebootRequested) || state.has(.rebootIssued) {
            return .keep(.init(.state, "it is to be rebooted first" + because(node)))
        }
        // Slurm gives such a node no job, drained or not: that is not in service.
        if state.has(.invalidRegistration) {
            return .keep(
                .init(
                    .state, "its registration is invalid: Slurm resumes no such node",
                    remedy: "compare 'slurmd -C' on it with slurm.conf, then restart its slurmd"))
        }
        guard isOut else {
            // Slurm gives it no job until it answers, which right after a resume may take some seconds.
            let isSilent = state.has(.notResponding) && !state.isAsleep
            let words = isSilent ? ", but it does not respond" : ""
            return .keep(.init(.already, "in service already (\(state.text))\(words)"))
        }
        if let refusal = foreign(node, remedy: "--force resumes it all the same") {
            return .keep(refusal)
        }
        if !isForced, state.has(.notResponding) || state.base == .down {
            return .keep(
                .init(
                    .state, "\(state.text): its slurmd must come back first",
                    remedy: "systemctl status slurmd on the node"))
        }
        return .act(.init(note: old(node)))
    }

    private func reboot(_ node: Node) -> NodePlan.Decision {
        if let refusal = absent(node) ?? rebooted(node) { return .keep(refusal) }
        let state = node.state
        if state.has(.poweredDown) || state.has(.poweringDown) {
            return .keep(.init(.state, "powered down: it boots anew when Slurm wakes it"))
        }
        if state.has(.rebootRequested) || state.has(.rebootIssued) {
            return .keep(.init(.already, "to be rebooted already" + because(node)))
        }
        if state.has(.notResponding) || state.base == .down {
            return .keep(
                .init(
                    .state, "\(state.text): Slurm reboots a node through its slurmd",
                    remedy: "reboot it by its BMC, or the cloud's console"))
        }
        if let refusal = foreign(node, remedy: "--force reboots it, and takes the reason away") {
            return .keep(refusal)
        }
        let when =
            Self.isBusy(node) || state.has(.completing)
            ? "busy: \(jobs(on: node)); drained now, reboots when idle" : "reboots at once"
        // Why fleet drained it is still why it is rebooted.
        let kept =
            reasons[node.name] == nil && reason == nil && state.has(.drain)
                && FleetReason.isFleets(node.reason) ? node.reason : nil
        return .act(
            .init(
                reason: kept?.text ?? reasons[node.name] ?? reason,
                note: notes(
                    kept == nil ? old(node) : "drained already, and keeps its reason",
                    "\(when), then resumes", manager?.rebootNote(node))))
    }

    // MARK: - What speaks against it

    private func absent(_ node: Node) -> NodePlan.Refusal? {
        node.state.base == .future ? .init(.state, "not there yet (state future)") : nil
    }

    private func rebooted(_ node: Node) -> NodePlan.Refusal? {
        guard !isForced, let runStart, let boot = node.bootTime, boot > runStart else { return nil }
        return .init(
            .rebooted, "it booted \(Age(seconds: now - boot).text) ago, after the run",
            remedy: "check it again, or --force")
    }

    /// What somebody else has to do with the node's being out of service; nil where nobody has, or fleet alone.
    ///
    /// Slurm 23.11 to 24.11 without slurmdbd keep the reason of a node that was resumed until its next job: on a node that is in
    /// service, and not about to leave it, a reason says nothing.
    private func foreign(_ node: Node, remedy: String) -> NodePlan.Refusal? {
        let leaving: [NodeState.Flag] = [
            .drain, .fail, .rebootRequested, .rebootIssued, .powerDrain, .invalidRegistration,
        ]
        let isOut =
            node.state.base == .down || node.state.base == .error
            || leaving.contains(where: node.state.has)
        guard !isForced, isOut else { return nil }
        guard let reason = node.reason else {
            let isTaken = node.state.has(.drain) || node.state.base == .down
            return isTaken
                ? .init(.foreign, "\(node.state.text), without a reason", remedy: remedy) : nil
        }
        guard !FleetReason.isFleets(reason.text) else { return nil }
        return .init(.foreign, condition(node), remedy: remedy)
    }

    // MARK: - Words

    /// Whether jobs hold it.
    package static func isBusy(_ node: Node) -> Bool {
        node.state.base == .allocated || node.state.base == .mixed
    }

    /// Whether it boots: slurmctld requeues the jobs of a node that is drained before it is up.
    package static func isBooting(_ node: Node) -> Bool {
        node.state.has(.poweringUp) || node.state.has(.poweredDown)
    }

    /// The resumption that an earlier drain was given (ResumeAfter), and that a new reason does not take back.
    private func timer(_ node: Node) -> String? {
        guard let time = node.details.resumeAfter, time > now, node.state.has(.drain) else {
            return nil
        }
        return "Slurm resumes it in \(Age(seconds: time - now).text)"
    }

    private func jobs(on node: Node) -> String {
        holders?.words(for: node.name) ?? "its jobs"
    }

    /// The reason that goes; nil where there is none.
    private func old(_ node: Node) -> String? {
        node.reason.map { _ in "was " + condition(node) }
    }

    /// Why it is out of service, or what reason it has while it is not.
    private func condition(_ node: Node) -> String {
        let state = node.state
        let what =
            state.has(.drain)
            ? "drained" : state.base == .down ? "down" : "\(state.text) with a reason"
        return what + because(node)
    }

    private func notes(_ parts: String?...) -> String? {
        let parts = parts.compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func because(_ node: Node) -> String {
        guard let reason = node.reason else { return "" }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: now - $0).text) ago" } ?? ""
        return "\(user)\(age): \(reason.text)"
    }
}
