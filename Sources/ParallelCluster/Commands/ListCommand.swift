import ArgumentParser
import Terminal

/// `fleet cluster list`.
struct ListCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The clusters of the region; those of another ParallelCluster release are marked."
    )

    @OptionGroup var options: ClusterOptions

    @Flag(help: "Look in every region that the account may use.")
    var allRegions = false

    private struct Region: Decodable { var RegionName: String }
    private struct Regions: Decodable { var Regions: [Region]? }

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let release = try await session.pcluster().version()
        var regions = [try session.clusterRegion()]
        if allRegions {
            let found = try await session.aws().ask(["ec2", "describe-regions"], as: Regions.self)
            regions = (found.Regions ?? []).map(\.RegionName).sorted()
            // A list that looked nowhere must not look like an account without clusters.
            guard !regions.isEmpty else {
                throw ClusterError(.unclear, "aws ec2 describe-regions", "names no region")
            }
        }
        var rows: [(region: String, cluster: ClusterDescription)] = []
        var unasked: [String] = []
        for region in regions {
            do {
                let found = try await Pcluster(runner: session.runner, region: region).list()
                rows += found.map { (region, $0) }
            } catch {
                guard allRegions else { throw error }
                unasked.append(region)
                session.console.say("fleet: warning: \(region): \(TerminalText.visible(error.why))")
            }
        }
        try session.show(document(rows, unasked: unasked)) {
            var table = Table([
                .init("NAME"), .init("REGION"), .init("STATUS"), .init("STACK"), .init("PCLUSTER"),
            ])
            for (region, cluster) in rows {
                let version = cluster.version ?? "?"
                table.add([
                    cluster.clusterName, region, cluster.clusterStatus ?? "?",
                    cluster.cloudformationStackStatus ?? "?",
                    version == release ? version : "\(version) (here is \(release))",
                ])
            }
            return session.lines(of: table)
        }
        return unasked.isEmpty ? 0 : 2
    }

    private func document(
        _ rows: [(region: String, cluster: ClusterDescription)], unasked: [String]
    ) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.list/1"),
            "clusters": .array(
                rows.map { region, cluster in
                    .object([
                        "name": .string(cluster.clusterName), "region": .string(region),
                        "status": JSONValue(cluster.clusterStatus),
                        "stack_status": JSONValue(cluster.cloudformationStackStatus),
                        "version": JSONValue(cluster.version),
                    ])
                }), "regions_not_asked": .array(unasked.map(JSONValue.string)),
        ])
    }
}
