import Configuration
import Terminal

extension ConfigurationListing {
    /// Two tables with an empty line between them: settings, then files.
    ///
    /// - Parameter width: The terminal's columns; nil where the output is no terminal.
    /// - Returns: The lines, without newlines.
    package func lines(width: Int?) -> [String] {
        settingTable(width: width).lines(width: width) + [""]
            + fileTable().lines(width: width)
    }

    private func settingTable(width: Int?) -> Table {
        let titles = ["KEY", "VALUE", "FROM"]
        var table = Table(titles.map { Table.Column($0) })
        let rows =
            Setting.allCases.map { setting in
                let value = configuration.value(of: setting)
                return [setting.key, value.text ?? "-", value.origin.description]
                    .map(TerminalText.visible)
            }
            + configuration.checks.sorted { $0.key < $1.key }.map { code, setting in
                ["checks.\(code)", setting.words, setting.origin.description]
                    .map(TerminalText.visible)
            }
        let limits = width.map { columns(of: [titles] + rows, width: $0) }
        for row in rows {
            let cells = zip(row, limits ?? []).map {
                TerminalText.wrap($0, columns: $1, after: ["/", ","])
            }
            let wrapped = limits == nil ? row.map { [$0] } : cells
            for line in 0..<(wrapped.map(\.count).max() ?? 0) {
                table.add(wrapped.map { $0.indices.contains(line) ? $0[line] : "" })
            }
        }
        return table
    }

    /// How the terminal's columns are shared: keys are never cut, and the shorter of value and origin neither
    /// where it needs less than half of the rest.
    private func columns(of rows: [[String]], width: Int) -> [Int] {
        let natural = (0..<3).map { column in
            rows.map { TerminalText.width($0[column]) }.max() ?? 0
        }
        let gaps = 4
        // Narrower columns than this are not worth reading: such a terminal cuts the lines itself.
        let rest = max(24, width - natural[0] - gaps)
        let value = min(natural[1], max(rest / 2, rest - natural[2]))
        return [natural[0], value, rest - value]
    }

    private func fileTable() -> Table {
        var table = Table([Table.Column("FILE"), Table.Column("STATE")])
        for file in files { table.add([file.path, file.isThere ? "read" : "not there"]) }
        if let slurmProblem { table.add(["fleet.yaml beside slurm.conf", slurmProblem]) }
        return table
    }
}
