package import ArgumentParser

/// `fleet cluster`, and the whole of `fleet-cluster`.
package struct ClusterCommand: AsyncParsableCommand {
    /// The configuration behind `fleet cluster --help`.
    package static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract:
            "From variables to the head node of an AWS ParallelCluster.",
        discussion: """
            Runs on your own machine: it needs no Slurm, and calls the pcluster and aws that are in PATH. \
            docs/cluster.md tells the whole way.

            Exit codes: 0 done; 1 a rule, a creation or an update failed; 2 it could not be told; 3 pcluster, aws, \
            Node.js, the plugin or credentials are missing; 64 usage, variables, files; 130 interrupted.
            """,
        subcommands: [
            EnvCommand.self, ClusterConfigCommand.self, ClusterCheckCommand.self,
            CreateCommand.self,
            ClusterWatchCommand.self, ClusterStatusCommand.self, EventsCommand.self,
            LogsCommand.self,
            ConnectCommand.self, VerifyCommand.self, ListCommand.self, UpdateCommand.self,
            ComputeCommand.self, DeleteCommand.self, ReserveCommand.self,
        ])

    /// Makes the command.
    package init() {}
}
