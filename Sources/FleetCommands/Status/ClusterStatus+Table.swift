import FleetCore
import SlurmModel

extension ClusterStatus {
    /// Two tables with an empty line between them: partitions, then nodes.
    ///
    /// - Parameter width: The terminal's columns; nil where the output is no terminal.
    /// - Returns: The lines, without newlines.
    package func lines(width: Int?) -> [String] {
        partitionTable().lines(width: width) + [""] + nodeTable().lines(width: width)
    }

    private func partitionTable() -> Table {
        var table = Table([
            Table.Column("PARTITION"), Table.Column("STATE"),
            Table.Column("NODES", numeric: true), Table.Column("CPUS", numeric: true),
            Table.Column("GPUS", numeric: true), Table.Column("TIMELIMIT", numeric: true),
        ])
        for (partition, usage) in zip(partitions, usage) {
            table.add([
                partition.name + (partition.isDefault ? "*" : ""), partition.state.rawValue,
                String(usage.nodes), "\(usage.cpusAllocated)/\(usage.cpus)",
                usage.gpus == 0 ? "-" : "\(usage.gpusUsed)/\(usage.gpus)",
                partition.maxMinutes.map(limit) ?? "infinite",
            ])
        }
        return table
    }

    private func nodeTable() -> Table {
        var table = Table([
            Table.Column("NODE"), Table.Column("STATE"), Table.Column("CPUS", numeric: true),
            Table.Column("MEMORY GiB", numeric: true), Table.Column("GPUS"),
            Table.Column("REASON"),
        ])
        for node in nodes {
            table.add([
                node.name, node.state.text, "\(node.cpus.allocated)/\(node.cpus.total)",
                "\(Quantity.gibibytes(ofMiB: node.memory.allocated))/\(Quantity.gibibytes(ofMiB: node.memory.total))",
                gpus(of: node), reason(of: node),
            ])
        }
        return table
    }

    private func gpus(of node: Node) -> String {
        node.gpus.isEmpty
            ? "-"
            : node.gpus.map { "\($0.used)/\($0.total) \($0.type ?? "gpu")" }.joined(separator: ", ")
    }

    private func reason(of node: Node) -> String {
        guard let reason = node.reason else { return "" }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: generated - $0).text) ago" } ?? ""
        return user.isEmpty && age.isEmpty
            ? reason.text : "\(reason.text) (\((user + age).dropFirst()))"
    }

    /// Minutes as Slurm writes time limits: `D-HH:MM:SS`.
    private func limit(minutes: Int) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let days = minutes / 1_440
        let clock = "\(two(minutes / 60 % 24)):\(two(minutes % 60)):00"
        return days > 0 ? "\(days)-\(clock)" : clock
    }
}
