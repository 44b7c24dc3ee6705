import FleetCore

/// A dry run whose nodes were asked what they would do.
extension DryRun {
    /// The document `fleet.plan/1` with each node's plan, and what already stands against it.
    ///
    /// - Parameter reports: What the nodes answered, in the order of the targets, the head node first.
    /// - Returns: The document.
    func json(with reports: [NodeReport]) -> JSONValue {
        let nodes = zip(rows, reports).map { row, report in
            var fields = row.fields
            fields["plan"] = report.judgement?.facts["plan"].map { JSONValue($0) } ?? .null
            fields["verdict"] = JSONValue(report.verdict?.rawValue)
            fields["findings"] = .array(
                (report.judgement?.findings ?? []).map { .string($0.text) })
            return JSONValue.object(fields)
        }
        return .object(["schema": .string("fleet.plan/1"), "nodes": .array(nodes)])
    }
}
