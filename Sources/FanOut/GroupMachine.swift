/// Decides about the nodes of one group: who has answered, who is waited for, and who is asked again alone.
///
/// It has no clock and does no I/O. Every node leaves it exactly once: with its answer, given up to be asked alone, or
/// open when the group's `srun` has ended.
struct GroupMachine: Hashable, Sendable {
    private enum Phase: Hashable {
        /// Nothing was heard of it.
        case silent
        /// Its payload is about to begin, or runs.
        case begun
        /// It has answered, or is asked alone.
        case gone
    }

    /// How long nothing may be heard of a node while the others have begun.
    static let patience = Duration.seconds(2)

    /// How long a group of which nothing was heard yet counts as starting.
    ///
    /// srun's first task begins within a second where few groups start at a time; racks without power shall not keep others
    /// from starting for longer.
    static let longestStart = Duration.seconds(2)
    /// How long nothing more may be heard of a group that counts as starting.
    ///
    /// Longer than the pause between two tasks on a busy head node; a payload that works, or one sick node, shall not
    /// keep others from starting for longer.
    static let longestPause = Duration.milliseconds(250)

    private let nodes: [String]
    private var phases: [String: Phase]
    /// When something was last heard of any node; nil before that.
    private var lastNews: Duration?

    /// Takes the names of a group's nodes.
    init(nodes: [String]) {
        self.nodes = nodes
        phases = Dictionary(nodes.map { ($0, .silent) }) { first, _ in first }
    }

    /// The nodes that have neither answered nor been given up.
    var open: [String] { nodes.filter { phases[$0] != .gone } }

    /// Whether no node is open.
    var isDone: Bool { phases.values.allSatisfy { $0 == .gone } }

    /// Whether a node is open.
    func isOpen(_ node: String) -> Bool { phases[node].map { $0 != .gone } ?? false }

    /// Whether a node is open and its payload has begun.
    func hasBegun(_ node: String) -> Bool { phases[node] == .begun }

    /// A node says that its payload is about to begin; a node of another group is passed over.
    mutating func begun(_ node: String, now: Duration) {
        guard phases[node] == .silent else { return }
        phases[node] = .begun
        lastNews = now
    }

    /// A node has sent all it has; false where it is none of these, or has left already.
    mutating func sent(_ node: String, now: Duration) -> Bool {
        guard isOpen(node) else { return false }
        phases[node] = .gone
        lastNews = now
        return true
    }

    /// The nodes of which nothing was heard while at least half of the group has begun.
    func silent(now: Duration) -> [String] {
        guard let lastNews, now - lastNews >= Self.patience else { return [] }
        let silent = nodes.filter { phases[$0] == .silent }
        return silent.count * 2 <= nodes.count ? silent : []
    }

    /// Whether the group still keeps the head node busy: its tasks are being started, or are ending already.
    func isStarting(now: Duration) -> Bool {
        guard let lastNews else { return now < Self.longestStart }
        return now - lastNews < Self.longestPause
    }

    /// Whether a node still works on its payload.
    var works: Bool { phases.values.contains(.begun) }

    /// Gives up nodes, because they are asked alone.
    mutating func giveUp(_ names: [String]) {
        for name in names where phases[name] != nil { phases[name] = .gone }
    }

    /// What becomes of the open nodes once the group's `srun` has ended.
    ///
    /// - Parameters:
    ///   - outlived: Whether the head node ended it at its limit.
    ///   - isCancelled: Whether the run was asked to stop.
    /// - Returns: The nodes that are asked again alone, and those whose rows say how the group ended.
    mutating func ended(
        outlived: Bool, isCancelled: Bool
    ) -> (again: [String], over: [String]) {
        let open = open
        // What was still at work at the limit would be at work at the next one, too.
        let over = open.filter { isCancelled || (outlived && hasBegun($0)) }
        let ended = Set(over)
        giveUp(open)
        return (open.filter { !ended.contains($0) }, over)
    }
}
