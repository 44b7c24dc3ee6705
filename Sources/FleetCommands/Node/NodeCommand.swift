import ArgumentParser
import FleetCore
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel

/// `fleet node`: everything that is known of one node, or of a few.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Show everything about a node: state, resources, jobs, checks.",
        usage: "fleet node [<options>] <name> ...",
        discussion: """
            Examples:
              fleet node gpu-3
              fleet node 'gpu-[1-4]'
            """)

    @Argument(
        help: ArgumentHelp("Node names; hostlists, @FILE and - are read too.", valueName: "name"))
    var names: [String]

    mutating func run() async throws {
        var reader = HostlistReader()
        let selection = NodeSelection(names: try reader.names(names, flag: "fleet node"))
        let session = try Session()
        let controller = session.controller
        let sheets = try await session.patiently {
            let cluster = try await controller.cluster()
            let jobs = try await controller.allJobs()
            let reservations = try await controller.reservations()
            let nodes = try selection.select(
                from: SelectionFacts(nodes: cluster.nodes, partitions: cluster.partitions))
            let (verdicts, warning) = await LastVerdictReader(session.history)
                .next(cluster: cluster.name)
            if let warning { session.console.say(warning) }
            let status = ClusterStatus(
                cluster: cluster, nodes: nodes, partitionNames: [], jobs: jobs,
                seesAllJobs: geteuid() == 0, verdicts: verdicts,
                generated: Int(Date().timeIntervalSince1970))
            return nodes.map { NodeSheet($0, in: status, reservations: reservations) }
        }
        for (place, sheet) in sheets.enumerated() {
            if place > 0 { try session.console.print("") }
            try session.console.print(
                sheet.picture.lines(
                    width: session.console.columns, styled: session.console.isColored))
        }
    }
}
