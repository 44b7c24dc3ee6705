import Terminal

/// The runs that are kept, for people and for programs.
struct RunsList {
    /// A row per run, oldest first.
    let rows: [RunsRow]

    /// The table for people.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; nil where the output is no terminal.
    ///   - now: The time, in seconds since 1970.
    /// - Returns: Its lines.
    func lines(width: Int?, now: Int) -> [String] {
        var table = Table([
            Table.Column("RUN"), Table.Column("AGE", numeric: true), Table.Column("STATE"),
            Table.Column("NODES", numeric: true), Table.Column("OK", numeric: true),
            Table.Column("NOT OK", numeric: true), Table.Column("COMMAND"),
        ])
        rows.forEach { table.add($0.cells(now: now)) }
        return table.lines(width: width)
    }

    /// The document `fleet.runs/1`.
    var json: JSONValue {
        .object(["schema": .string("fleet.runs/1"), "runs": .array(rows.map(\.json))])
    }
}
