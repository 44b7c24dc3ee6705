package import SlurmModel

/// What of a node's state its plan depends on: why and how it is out of service, not what runs there.
package struct NodeCondition: Hashable, Sendable {
    private let reason: NodeReason?
    private let base: NodeState.Base?
    private let flags: [NodeState.Flag]
    /// Whether jobs wait for it to boot.
    private let isAwaited: Bool

    /// Jobs come and go between two looks, and a node may stop being planned for one: neither changes a plan.
    private static let watched: Set<NodeState.Flag> = [
        .drain, .fail, .notResponding, .poweredDown, .poweringDown, .powerDown, .powerDrain,
        .rebootRequested, .rebootIssued, .invalidRegistration,
    ]

    /// Looks at a node.
    package init(_ node: Node) {
        reason = node.reason
        flags = node.state.flags.filter(Self.watched.contains)
        isAwaited = ActingPlanner.isBusy(node) && ActingPlanner.isBooting(node)
        switch node.state.base {
        case .idle, .allocated, .mixed: base = nil
        case .unknown, .down, .error, .future: base = node.state.base
        }
    }

    /// What changed from one look to the next, in words; nil where nothing did that matters.
    package static func change(from before: Node, to now: Node) -> String? {
        guard NodeCondition(before) != NodeCondition(now) else { return nil }
        if before.state != now.state {
            return "was \(before.state.text), and is \(now.state.text) now" + because(now)
        }
        return "its reason was " + words(before.reason) + ", and is " + words(now.reason) + " now"
    }

    private static func because(_ node: Node) -> String {
        node.reason.map { ": \($0.text)" } ?? ""
    }

    private static func words(_ reason: NodeReason?) -> String {
        guard let reason else { return "none" }
        return "'\(reason.text)'" + (reason.user.map { " by \($0)" } ?? "")
    }
}
