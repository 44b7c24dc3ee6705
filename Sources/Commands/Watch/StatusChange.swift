import SlurmKit
package import Terminal

/// One difference between two looks at the cluster.
package struct StatusChange: Hashable, Sendable {
    /// What it is about.
    package enum Subject: String, Hashable, Sendable {
        case node, partition, controller
    }

    /// What it is about.
    package var subject: Subject
    /// The node's or partition's name; slurmctld for the controller.
    package var name: String
    /// Which field, as the JSON documents name it; `present` for one that came or went.
    package var field: String
    /// What it was; nil where there was nothing.
    package var from: String?
    /// What it is; nil where there is nothing.
    package var to: String?
    /// Who and when, where a reason says so, or why slurmctld does not answer; nil where there is no more to say.
    package var note: String?

    /// Makes a change.
    package init(
        _ subject: Subject, _ name: String, _ field: String, from: String?, to: String?,
        note: String? = nil
    ) {
        self.subject = subject
        self.name = name
        self.field = field
        self.from = from
        self.to = to
        self.note = note
    }

    /// Lines for people, without the time: nodes to which the same happened share one.
    package static func lines(_ changes: [StatusChange]) -> [String] {
        var names: [StatusChange: [String]] = [:]
        var order: [StatusChange] = []
        for change in changes {
            var key = change
            if key.subject == .node { key.name = "" }
            if names[key] == nil { order.append(key) }
            names[key, default: []].append(change.name)
        }
        return order.map { key in
            guard key.subject == .node else {
                return "\(key.subject.rawValue) \(key.name): \(key.words)"
            }
            return "\(Hostlist.fold(names[key] ?? [])): \(key.words)"
        }
    }

    private var words: String {
        let more = note.map { ": \($0)" } ?? ""
        switch (field, from, to) {
        case ("present", nil, _): return "new, \(to ?? "")\(more)"
        case ("present", _, nil): return "gone\(more)"
        case ("answers", _, "true"): return "answers again\(more)"
        case ("answers", _, _): return "does not answer\(more)"
        default: return "\(field) \(from ?? "-") -> \(to ?? "-")\(more)"
        }
    }
}

extension StatusChange {
    /// The document `fleet.change/1`.
    ///
    /// - Parameter time: When it was seen, in seconds since 1970.
    /// - Returns: The document.
    package func json(at time: Int) -> JSONValue {
        .object([
            "schema": .string("fleet.change/1"), "time": JSONOutput.time(time),
            "subject": .string(subject.rawValue), "name": .string(name), "field": .string(field),
            "from": JSONValue(from), "to": JSONValue(to), "note": JSONValue(note),
        ])
    }
}
