package import Configuration
package import DefinedChecks
package import Terminal

/// The probes of a library, and the files that are none.
package struct ProbeListing {
    /// One probe, and where it is.
    package struct Row: Hashable, Sendable {
        /// The probe.
        package var probe: ProbeDefinition
        /// Its file.
        package var path: String

        /// Makes a row.
        package init(probe: ProbeDefinition, path: String) {
            self.probe = probe
            self.path = path
        }
    }

    /// The probes by name.
    package var rows: [Row]
    /// Files that cannot be used.
    package var problems: [ConfigurationError]

    /// Makes a listing.
    package init(rows: [Row], problems: [ConfigurationError] = []) {
        self.rows = rows
        self.problems = problems
    }

    /// Reads all files of a library.
    init(_ library: ProbeLibrary) {
        self.init(rows: [])
        for entry in library.entries {
            do throws(ConfigurationError) {
                rows.append(Row(probe: try ProbeFile.read(path: entry.path), path: entry.path))
            } catch {
                problems.append(error)
            }
        }
    }

    /// The table's lines.
    package func lines(width: Int?) -> [String] {
        var table = Table([
            Table.Column("NAME"), Table.Column("MODE"), Table.Column("FILE"),
            Table.Column("DESCRIPTION"),
        ])
        for row in rows {
            table.add([row.probe.name, row.probe.mode.rawValue, row.path, row.probe.summary])
        }
        return table.lines(width: width)
    }

    /// The document `fleet.checks/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.checks/1"),
            "checks": .array(
                rows.map { row in
                    .object([
                        "name": .string(row.probe.name), "file": .string(row.path),
                        "description": .string(row.probe.summary),
                        "mode": .string(row.probe.mode.rawValue),
                        "root": .bool(row.probe.wantsRoot),
                        "timeout_seconds": .int(row.probe.timeout),
                        "output": .string(row.probe.output.rawValue),
                        "rules": .int(row.probe.rules.count),
                        "baseline": .array(row.probe.baseline.map { .string($0.field) }),
                    ])
                }),
            "problems": .array(problems.map { .string($0.description) }),
        ])
    }
}
