import SlurmModel

/// Nodes that one `srun` asks together: a payload that only looks.
///
/// What changes a node never goes into a group: `srun` ends all tasks of a step when one node does not start its own,
/// and then the others have to be asked again.
struct StepGroup: Hashable, Sendable {
    /// Its nodes, each reached in the same way: two at least.
    var targets: [DispatchedTarget]

    /// How many bytes a node may send as part of a group; one that has more is asked alone.
    static let mostBytes = 1 << 20
    /// Seconds in which the nodes of a group must be free; then each is asked alone, and waits as long as it may.
    static let patience = 2

    /// Its first node, which names the files that belong to it.
    var first: DispatchedTarget { targets[0] }

    /// All that must be equal for nodes to share one allocation.
    private struct Way: Hashable {
        var launcher: Launcher
        var partition: String?
        var isExclusive: Bool
        var memoryMiB: Int?
        var gres: String?
        var minutes: Int
    }

    /// What is started next: a group, or a node alone.
    enum Unit: Hashable, Sendable {
        case group(StepGroup)
        /// A node alone, and the number of its first attempt there.
        case alone(DispatchedTarget, attempt: Int)
    }

    /// Cuts targets into groups of equal size; a node whose way is its own stays alone.
    ///
    /// - Parameters:
    ///   - targets: The targets, in order.
    ///   - size: How many nodes a group may have; 1 for no groups.
    ///   - plan: What is sent to them.
    /// - Returns: The groups and the nodes alone, in the order of their first nodes.
    static func units(of targets: [DispatchedTarget], size: Int, plan: RunPlan) -> [Unit] {
        var order: [Way] = []
        var members: [Way: [DispatchedTarget]] = [:]
        var units: [Unit] = []
        for target in targets {
            guard size > 1, isFree(target) else {
                units.append(.alone(target, attempt: 1))
                continue
            }
            let way = way(to: target, plan: plan)
            if members[way] == nil { order.append(way) }
            members[way, default: []].append(target)
        }
        for way in order {
            let all = members[way] ?? []
            let count = (all.count + size - 1) / size
            for part in 0..<count {
                let part = all[(all.count * part / count)..<(all.count * (part + 1) / count)]
                units.append(
                    part.count > 1
                        ? .group(StepGroup(targets: Array(part)))
                        : .alone(part[part.startIndex], attempt: 1))
            }
        }
        return units
    }

    /// Whether nothing is waited for on the node: an allocation starts only when all of its nodes are free.
    private static func isFree(_ target: DispatchedTarget) -> Bool {
        switch target.dispatch.launcher {
        case .direct: true
        case .srun: target.node.state.base == .idle && target.dispatch.note == nil
        case .job, .local: false
        }
    }

    private static func way(to target: DispatchedTarget, plan: RunPlan) -> Way {
        let isDirect = target.dispatch.launcher == .direct
        return Way(
            launcher: target.dispatch.launcher, partition: target.dispatch.partition,
            isExclusive: target.dispatch.isExclusive,
            memoryMiB: isDirect ? nil : plan.memory(of: target.node),
            gres: isDirect ? nil : plan.gres(of: target.node),
            minutes: plan.timeLimitMinutes(target.dispatch))
    }
}

/// What is still to be started, groups first; a node alone waits for no group that may not start yet.
struct StepQueue {
    private var groups: ArraySlice<StepGroup.Unit> = []
    private var alone: ArraySlice<StepGroup.Unit> = []

    /// Queues what a run begins with.
    init(_ units: [StepGroup.Unit]) { add(units) }

    /// Whether nothing is left.
    var isEmpty: Bool { groups.isEmpty && alone.isEmpty }

    /// Queues more.
    mutating func add(_ units: [StepGroup.Unit]) {
        for unit in units {
            switch unit {
            case .group: groups.append(unit)
            case .alone: alone.append(unit)
            }
        }
    }

    /// Takes what is started next; nil where there is nothing, or only groups and they may not start.
    mutating func next(withGroups: Bool) -> StepGroup.Unit? {
        if withGroups, let group = groups.popFirst() { return group }
        return alone.popFirst()
    }
}
