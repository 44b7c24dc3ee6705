import Yams

/// The guide's edits for a capacity reservation, made together: placement group off, counts equal to the
/// reservation's, the reservation's id, and for a capacity block the queue's CapacityType.
package struct ReservationEdit: Hashable, Sendable {
    /// Why the edits cannot be made.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong, and how to correct it.
        package let description: String
    }

    /// The reservation, `cr-...`.
    package var id: String
    /// How many instances it has.
    package var count: Int
    /// Whether it is a capacity block and not an on-demand reservation.
    package var isBlock: Bool
    /// The queue to edit; nil when the configuration has only one.
    package var queue: String?

    /// Names a reservation.
    package init(id: String, count: Int, isBlock: Bool, queue: String? = nil) {
        self.id = id
        self.count = count
        self.isBlock = isBlock
        self.queue = queue
    }

    /// Makes the edits in a configuration, or in its template with `${NAME}` still in it.
    ///
    /// - Parameter text: The text.
    /// - Returns: The text with the edits; all other lines, comments too, as they were.
    /// - Throws: A ``Failure`` where the text has not exactly one compute resource to edit.
    package func applied(to text: String) throws(Failure) -> String {
        let document: ClusterDocument
        do {
            document = try ClusterDocument(text: text)
        } catch {
            throw Failure(description: "\(error)")
        }
        let queues = document.root.at("Scheduling", "SlurmQueues").items
            .filter { queue == nil || $0.at("Name").text == queue }
        guard let target = queues.first, queues.count == 1 else {
            throw Failure(
                description: queues.isEmpty
                    ? "no queue \(queue.map { "named '\($0)'" } ?? "at all") -> --queue NAME"
                    : "\(queues.count) queues: which one gets the reservation? -> --queue NAME")
        }
        let resources = target.at("ComputeResources").items
        guard let resource = resources.first, resources.count == 1 else {
            throw Failure(
                description:
                    "queue \(target.at("Name").text ?? "?") has \(resources.count) compute "
                    + "resources, and a reservation is for one -> split the queue")
        }
        var edits = TextEdits(text)
        edit(queue: target, in: &edits)
        edit(resource: resource, in: &edits)
        guard isMade(in: edits.text) else {
            throw Failure(
                description:
                    "compute resource \(resource.at("Name").text ?? "?") is not written with a name and one KEY: VALUE "
                    + "a line, or has a named placement group or a reservation's group -> edit it by hand"
            )
        }
        return edits.text
    }

    /// Whether the text says now what it should: edits by lines do not reach all that YAML allows.
    private func isMade(in text: String) -> Bool {
        let shapes = (try? ClusterDocument(text: text))?.compute.filter {
            queue == nil || $0.queueName == queue
        }
        guard let shape = shapes?.first else { return false }
        return shape.minimum == count && shape.maximum == count && shape.reservationID == id
            && !shape.hasPlacementGroup && (!isBlock || shape.isBlock)
    }

    private func edit(queue: ClusterNode, in edits: inout TextEdits) {
        if isBlock {
            edits.set("CapacityType", to: "CAPACITY_BLOCK", of: queue, after: "Name")
        }
        let networking = queue.at("Networking")
        let group = networking.at("PlacementGroup")
        if group.at("Enabled").isPresent {
            edits.set("Enabled", to: "false", of: group, after: nil)
        } else if networking.at("SubnetIds").isPresent, !group.isPresent {
            edits.insert(
                ["PlacementGroup:", "  Enabled: false"], before: "SubnetIds", of: networking)
        }
    }

    private func edit(resource: ClusterNode, in edits: inout TextEdits) {
        let group = resource.at("Networking", "PlacementGroup")
        if group.at("Enabled").isPresent {
            edits.set("Enabled", to: "false", of: group, after: nil)
        }
        edits.set("MinCount", to: "\(count)", of: resource, after: "Name")
        edits.set("MaxCount", to: "\(count)", of: resource, after: "Name")
        let target = resource.at("CapacityReservationTarget")
        if target.at("CapacityReservationId").isPresent {
            edits.set("CapacityReservationId", to: id, of: target, after: nil)
        } else {
            edits.insert(
                ["CapacityReservationTarget:", "  CapacityReservationId: \(id)"],
                before: "Name", of: resource, isAfter: true)
        }
    }
}

/// Edits of a YAML text by lines, at places that the parsed document names.
private struct TextEdits {
    private var lines: [String]
    private var insertions: [(line: Int, texts: [String])] = []

    init(_ text: String) {
        lines = ConfigurationTemplate.lines(of: text)
    }

    var text: String {
        var result = lines
        for (line, texts) in insertions.enumerated().sorted(by: {
            ($1.element.line, $1.offset) < ($0.element.line, $0.offset)
        }).map(\.element) {
            result.insert(contentsOf: texts, at: min(line, result.count))
        }
        return result.joined(separator: "\n")
    }

    /// Sets the scalar of an existing key, or adds the key below another one.
    mutating func set(_ key: String, to value: String, of node: ClusterNode, after other: String?) {
        let found = node.at(key)
        guard found.isPresent, let line = found.line, lines.indices.contains(line - 1),
            let colon = lines[line - 1].firstRange(of: "\(key):")
        else {
            if let other { insert(["\(key): \(value)"], before: other, of: node, isAfter: true) }
            return
        }
        let rest = lines[line - 1][colon.upperBound...]
        let comment = rest.firstRange(of: " #").map { " " + rest[$0.lowerBound...] } ?? ""
        lines[line - 1] = lines[line - 1][..<colon.upperBound] + " " + value + comment
    }

    /// Adds lines beside an existing key, with the same indentation.
    mutating func insert(
        _ texts: [String], before key: String, of node: ClusterNode, isAfter: Bool = false
    ) {
        guard let line = node.keyLine(key), let column = node.keyColumn(key) else { return }
        let margin = String(repeating: " ", count: column - 1)
        insertions.append((isAfter ? line : line - 1, texts.map { margin + $0 }))
    }
}
