import History

/// Nodes of which the same is to be said: a thousand that fail alike are one row.
struct ChangeGroup {
    let kind: HistoryChange.Kind
    let check: String
    let message: String?
    private(set) var nodes: [String] = []
    /// Of the node that is so longest.
    private(set) var since = Int.max
    /// Of the node that was looked at longest ago.
    private(set) var time = Int.max
    /// Of the node with most.
    private(set) var runs = 0
    private var names: Set<String> = []

    /// Who looked last, in order; `-` where that was not kept.
    var users: String { names.isEmpty ? "-" : names.sorted().joined(separator: ",") }

    private struct Key: Hashable {
        let kind: HistoryChange.Kind
        let check: String
        let message: String?
    }

    /// Folds changes, in the order in which the first of each group comes.
    static func fold(_ changes: [HistoryChange]) -> [ChangeGroup] {
        var places: [Key: Int] = [:]
        var groups: [ChangeGroup] = []
        for change in changes {
            let key = Key(kind: change.kind, check: change.check, message: change.message)
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append(
                    ChangeGroup(kind: change.kind, check: change.check, message: change.message))
            }
            groups[place].add(change)
        }
        return groups
    }

    private init(kind: HistoryChange.Kind, check: String, message: String?) {
        self.kind = kind
        self.check = check
        self.message = message
    }

    private mutating func add(_ change: HistoryChange) {
        nodes.append(change.node)
        since = min(since, change.since)
        time = min(time, change.time)
        runs = max(runs, change.runs)
        if let user = change.user { names.insert(user) }
    }
}
