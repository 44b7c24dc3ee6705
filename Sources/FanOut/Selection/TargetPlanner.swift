import Platform
package import SlurmModel

/// Decides for each selected node whether and how it can be reached, from facts that it was given.
package struct TargetPlanner: Sendable {
    /// All partitions, in slurmctld's order.
    package var partitions: [Partition]
    /// What the user and the probe require of the launcher and the jobs.
    package var options: PlanOptions
    /// Whether fleet runs as root: some partitions refuse root, and others allow only root.
    package var isRoot: Bool
    /// Whether slurmd accepts steps without an allocation from this user: only from root and SlurmUser.
    package var mayGoDirect: Bool
    /// The jobs that hold each node; nil when slurmctld was not asked for jobs.
    package var holders: Holders?
    /// The time in seconds since 1970, for texts such as "2 h ago".
    package var now: Int

    /// Makes a planner.
    package init(
        partitions: [Partition], options: PlanOptions, isRoot: Bool, mayGoDirect: Bool,
        holders: Holders? = nil, now: Int
    ) {
        self.partitions = partitions
        self.options = options
        self.isRoot = isRoot
        self.mayGoDirect = mayGoDirect
        self.holders = holders
        self.now = now
    }

    /// The decision for one node.
    package func plan(_ node: Node) -> Target {
        Target(node: node, decision: decision(for: node))
    }

    /// Up to so many nodes a short command reaches by steps, which start at once: slurmctld starts jobs of a queue
    /// only every few seconds.
    private static let fewNodes = 16

    /// The decisions for all nodes of a run.
    package func plan(_ nodes: [Node]) -> [Target] {
        let targets = nodes.map { plan($0) }
        let sent = targets.filter { if case .dispatch = $0.decision { true } else { false } }
        guard options.isShort, maySteps, sent.count <= Self.fewNodes,
            sent.allSatisfy(Self.startsAtOnce)
        else { return targets }
        return targets.map { target in
            guard case .dispatch(var way) = target.decision else { return target }
            way.launcher = .srun
            return Target(node: target.node, decision: .dispatch(way))
        }
    }

    /// Whether the launcher is fleet's choice, and steps are among what it may choose.
    private var maySteps: Bool { options.via == .auto && options.hasSteps && !options.wantsJobs }

    /// Whether a job would start on the node as soon as slurmctld looks at it.
    private static func startsAtOnce(_ target: Target) -> Bool {
        guard case .dispatch(let way) = target.decision else { return false }
        return way.launcher == .job && way.note == nil && target.node.state.base == .idle
    }

    /// Whether the decision about a node depends on the jobs that hold it.
    package static func needsHolders(_ node: Node) -> Bool {
        node.state.base == .allocated || node.state.base == .mixed
    }

    private func decision(for node: Node) -> Target.Decision {
        if let refusal = unreachable(node) { return .notRun(refusal) }
        if let power = Self.powerState(of: node) { return sleeping(node, power) }
        if node.state.has(.drain) { return drained(node) }
        if node.state.base == .allocated || (node.state.base == .mixed && options.needsWholeNode) {
            return busy(node)
        }
        if options.via == .direct { return .dispatch(.init(.direct)) }
        if let reservation = closingReservation(of: node), canSlipIn {
            return .dispatch(.init(.direct, note: reservation))
        }
        // Looking needs no place in the queue, and no line in the accounting.
        if options.isBrief, maySteps, canSlipIn, !options.needsDevices {
            return .dispatch(.init(.direct))
        }
        return byPartition(node)
    }

    /// Whether the direct launcher is used where no job can reach a node.
    private var canSlipIn: Bool {
        options.via == .auto && mayGoDirect && !options.needsWholeNode
    }

    // MARK: - States

    /// Why Slurm starts no job there, in words; nil where its state is no obstacle.
    package static func obstacle(of node: Node, now: Int) -> String? {
        let planner = TargetPlanner(
            partitions: [], options: PlanOptions(), isRoot: false, mayGoDirect: false, now: now)
        if let refusal = planner.unreachable(node) { return refusal.reason }
        guard let power = powerState(of: node) else {
            return node.state.has(.drain) ? "drained" + planner.because(node) : nil
        }
        return planner.drainAsleep(node, power) ?? power
    }

    /// Why nothing can be started on the node by any launcher, and what to do; nil when something can.
    ///
    /// A remedy names no node: rows that are alike stay one row, and `fleet status` has the commands with the names.
    private func unreachable(_ node: Node) -> Target.Refusal? {
        let state = node.state
        if state.base == .future {
            return .init(
                .state, "not there yet (state future)",
                remedy: "leave such nodes out: --state '!future'")
        }
        if state.has(.invalidRegistration) {
            return .init(
                .state,
                "its registration is invalid: " + because(node, else: "see slurmctld's log"),
                remedy: "compare 'slurmd -C' on the node with slurm.conf and gres.conf; "
                    + "then restart slurmd")
        }
        // A powered-down node is also marked as down or not responding, but that is no fault.
        guard Self.powerState(of: node) == nil else { return nil }
        if state.base == .down {
            return .init(
                .state, "down" + because(node),
                remedy: "look at its console and slurmd's log; "
                    + "how to resume it: fleet status --state down")
        }
        return faulty(node)
    }

    /// The same of a node that is neither down nor asleep.
    private func faulty(_ node: Node) -> Target.Refusal? {
        let state = node.state
        if state.has(.notResponding) {
            return .init(
                .state, "not responding" + because(node),
                remedy: "can it be reached? then, on the node: systemctl status slurmd")
        }
        if state.has(.fail) {
            return .init(
                .state, "failing" + because(node),
                remedy: "repair it; how to resume it: fleet status --state fail")
        }
        if state.base == .unknown {
            return .init(
                .state, "state unknown",
                remedy: "is slurmd running there? slurmctld has not heard of it since it started")
        }
        if state.base == .error {
            return .init(
                .state, "state error",
                remedy: "what Slurm says of it: fleet status --state error")
        }
        if state.has(.rebootIssued) {
            return .init(
                .state, "rebooting" + because(node),
                remedy: "come back when it is up: fleet status --state reboot_issued --watch")
        }
        return nil
    }

    /// Whether the node sleeps, or is on its way there or back: nothing is wrong with it.
    package static func isAsleep(_ node: Node) -> Bool {
        node.state.base != .future && powerState(of: node) != nil
    }

    private static func powerState(of node: Node) -> String? {
        let state = node.state
        if state.has(.poweredDown) { return "powered down" }
        if state.has(.poweringDown) || state.has(.powerDown) || state.has(.powerDrain) {
            return "powering down"
        }
        if state.has(.poweringUp) || state.has(.powerUp) { return "powering up" }
        return nil
    }

    /// What else keeps jobs off a node that sleeps: waking it would not help.
    ///
    /// A node that is to be powered down once its jobs have ended is drained by that request alone.
    private func drainAsleep(_ node: Node, _ power: String) -> String? {
        guard node.state.has(.drain), options.powerUp || !node.state.has(.powerDrain) else {
            return nil
        }
        return "\(power), and drained" + because(node)
    }

    private func sleeping(_ node: Node, _ power: String) -> Target.Decision {
        if let reason = drainAsleep(node, power) {
            return .notRun(
                .init(.state, reason, remedy: "how to resume it: fleet status --state drain"))
        }
        guard options.powerUp else {
            return .notRun(
                .init(
                    .state, "\(power); fleet wakes no node unless asked to",
                    remedy: "--power-up wakes it, and may cost money"))
        }
        guard options.via != .direct else {
            return .notRun(
                .init(.state, "\(power); the direct launcher wakes no node", remedy: "--via job"))
        }
        return byPartition(node, note: "woken: it was \(power)")
    }

    private func drained(_ node: Node) -> Target.Decision {
        let reason = "drained" + because(node)
        guard options.includeDrained else {
            return .notRun(
                .init(
                    .state, reason,
                    remedy: mayGoDirect
                        ? "--include-drained reaches it all the same"
                        : "root and SlurmUser reach it: --include-drained --via direct"))
        }
        guard mayGoDirect, options.via == .auto || options.via == .direct else {
            return .notRun(
                .init(
                    .state, reason,
                    remedy: "only root and SlurmUser reach a drained node, with --via direct"))
        }
        // A drained node starts no job, so waiting for the whole node would never end.
        guard !options.needsWholeNode || node.state.base == .idle else {
            return .notRun(
                .init(
                    .busy, "\(reason), and \(busyReason(of: node))",
                    remedy:
                        "come back when its jobs have ended; --on-busy run goes in beside them"))
        }
        return .dispatch(.init(.direct, note: reason))
    }

    private func busy(_ node: Node) -> Target.Decision {
        let reason = busyReason(of: node)
        switch options.busyPolicy {
        case .skip:
            return .notRun(
                .init(
                    .busy, reason,
                    remedy: options.via == .direct
                        ? "--on-busy run goes in beside the jobs"
                        : "--on-busy wait waits for it, up to --wait"))
        case .run where canSlipIn: return .dispatch(.init(.direct, note: reason))
        case .wait where options.via == .direct && options.needsWholeNode:
            return .notRun(
                .init(
                    .busy, "\(reason); the direct launcher cannot wait for it",
                    remedy: "--via job waits, --on-busy run goes in beside the jobs"))
        case .run, .wait:
            return options.via == .direct
                ? .dispatch(.init(.direct, note: reason)) : byPartition(node)
        }
    }

    private func busyReason(of node: Node) -> String {
        "busy: " + (holders?.words(for: node.name) ?? "its CPUs are all allocated")
    }

    /// The reservation that keeps other jobs off the node; nil without one, or when the jobs name it.
    private func closingReservation(of node: Node) -> String? {
        guard !options.namesReservation else { return nil }
        if node.state.has(.maintenance) { return "in a maintenance reservation" }
        return node.state.has(.reserved) ? "in a reservation" : nil
    }

    private func because(_ node: Node, else fallback: String = "") -> String {
        guard let reason = node.reason else { return fallback.isEmpty ? "" : fallback }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: now - $0).text) ago" } ?? ""
        return fallback.isEmpty ? "\(user)\(age): \(reason.text)" : "\(reason.text)\(user)\(age)"
    }

    // MARK: - Partitions

    private func byPartition(_ node: Node, note: String? = nil) -> Target.Decision {
        let isAtOnce = options.isBrief && maySteps && note == nil && node.state.base == .idle
        let launcher: Launcher = options.via == .srun || isAtOnce ? .srun : .job
        let holding = partitions.filter { node.partitions.contains($0.name) }
        let candidates =
            options.partitions.isEmpty
            ? holding : holding.filter { options.partitions.contains($0.name) }
        let usable = candidates.filter {
            $0.state == .up && (isRoot ? !$0.refusesRoot : !$0.isRootOnly)
        }
        if let best = usable.first(where: \.isDefault) ?? usable.first {
            return .dispatch(
                .init(
                    launcher, partition: best.name, isExclusive: options.needsWholeNode, note: note,
                    maxMinutes: best.maxMinutes))
        }
        let refusal = noPartition(candidates, of: node)
        return canSlipIn
            ? .dispatch(.init(.direct, note: refusal.reason)) : .notRun(refusal)
    }

    private func noPartition(_ candidates: [Partition], of node: Node) -> Target.Refusal {
        if node.partitions.isEmpty || (candidates.isEmpty && options.partitions.isEmpty) {
            return .init(
                .partition, "in no partition, so no job can reach it",
                remedy: "put it into a partition in slurm.conf")
        }
        guard !candidates.isEmpty else {
            let own = node.partitions.map(ShellQuote.pasted).joined(separator: ",")
            return .init(
                .partition, "not in partition \(options.partitions.joined(separator: ", "))",
                remedy: "name one of its own: --partition \(own)")
        }
        return .init(
            .partition,
            "no partition takes the job: "
                + candidates.map { refusal(of: $0) }.joined(separator: ", "),
            remedy: opening(candidates))
    }

    /// What lets a job in: a partition that would take it once it is up, else another user.
    private func opening(_ candidates: [Partition]) -> String {
        let closed = candidates.first {
            $0.state != .up && (isRoot ? !$0.refusesRoot : !$0.isRootOnly)
        }
        guard let closed else { return isRoot ? "run fleet as another user" : "run fleet as root" }
        return "an administrator opens it: "
            + "scontrol update partitionname=\(ShellQuote.pasted(closed.name)) state=up"
    }

    private func refusal(of partition: Partition) -> String {
        if partition.state != .up { return "\(partition.name) is \(partition.state.rawValue)" }
        return isRoot
            ? "\(partition.name) refuses root's jobs" : "\(partition.name) is for root only"
    }
}
