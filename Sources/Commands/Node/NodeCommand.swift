import Configuration
import Acting
import ArgumentParser
import ClusterView
import FanOut
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// `fleet node`: everything that is known of one node, or of a few.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", _superCommandName: "fleet",
        abstract: "Show all about a node: state, resources, jobs, checks.",
        usage: "fleet node [<options>] <name> ...",
        discussion: """
            Examples:
              fleet node gpu-3
              fleet node 'gpu-[1-4]'
              fleet node gpu-3 --format json
            """)

    @Argument(
        help: ArgumentHelp("Node names; hostlists, @FILE and - are read too.", valueName: "name"),
        completion: ClusterCompletion.nodes)
    var names: [String]

    @Option(name: .long, help: "How to print.")
    var format: NodeFormat = .table

    @Flag(
        name: .long,
        help: "Exit with 1 where a node failed, 2 where one is unknown or was not checked, else 0.")
    var exitCode = false

    mutating func run() async throws {
        var reader = HostlistReader()
        let selection = NodeSelection(names: try reader.names(names, flag: "fleet node"))
        let session = try Session()
        let controller = session.controller
        let (status, reservations) = try await session.patiently {
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
                warnings: [warning].compactMap(\.self),
                generated: Int(Date().timeIntervalSince1970),
                manager: Clustermgtd.read(session.configuration.clustermgtd),
                canReboot: session.slurm.rebootProgram != nil, rights: session.rights)
            return (status, reservations)
        }
        switch format {
        case .json: try JSONOutput.print(NodeDocument(status), to: session.console)
        case .jsonl:
            try session.console.print(
                status.nodes.map { try JSONOutput.line(NodeEntry($0, in: status)) })
        case .table: try print(status, reservations, to: session.console)
        }
        if exitCode { throw ExitCode(status.exitCode) }
    }

    private func print(
        _ status: ClusterStatus, _ reservations: [Reservation], to console: Console
    ) throws {
        for (place, node) in status.nodes.enumerated() {
            if place > 0 { try console.print("") }
            let sheet = NodeSheet(node, in: status, reservations: reservations)
            try console.print(
                sheet.picture.lines(width: console.columns, styled: console.isColored))
        }
    }
}
