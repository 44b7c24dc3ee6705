import ArgumentParser
import FleetCore
import FoundationEssentials
import SlurmKit
import SlurmModel

/// `fleet status`: partitions and nodes, as slurmctld knows them.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show partitions and nodes exactly as slurmctld knows them.",
        usage: "fleet status [<options>]")

    @OptionGroup var selectors: SelectorOptions

    @Option(name: .long, help: "How to print: table or json.")
    var format: StatusFormat = .table

    /// How the status is printed.
    enum StatusFormat: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        let selected = try await session.select(
            selection, failed: { try session.unfinishedNodes(of: $0) })
        let status = ClusterStatus(
            cluster: selected.cluster, nodes: selected.nodes,
            partitionNames: selection.partitions,
            generated: Int(Date().timeIntervalSince1970))
        switch format {
        case .json: try JSONOutput.print(status, to: session.console)
        case .table:
            for line in status.lines(width: session.console.columns) {
                try session.console.print(line)
            }
        }
    }
}
