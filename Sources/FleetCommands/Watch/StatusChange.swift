import SlurmModel

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

    /// One line for people.
    package var text: String {
        let title = subject == .node ? name : "\(subject.rawValue) \(name)"
        let more = note.map { ": \($0)" } ?? ""
        switch (field, from, to) {
        case ("present", nil, _): return "\(title): new, \(to ?? "")\(more)"
        case ("present", _, nil): return "\(title): gone\(more)"
        case ("answers", _, let to):
            return (to == "true" ? "\(title): answers again" : "\(title): does not answer") + more
        default: return "\(title): \(field) \(from ?? "-") -> \(to ?? "-")\(more)"
        }
    }
}
