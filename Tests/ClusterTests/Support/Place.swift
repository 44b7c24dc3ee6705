import FoundationEssentials
import Glibc

/// Where things are: the repository, the built program, the demo cluster's script.
enum Place {
    static let repository: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    static let clusterScript = repository + "/examples/demo-cluster/cluster"

    /// The program under test: FLEET_BINARY, else what was built beside this test bundle.
    static let program: String = {
        if let named = ProcessInfo.processInfo.environment["FLEET_BINARY"] { return named }
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        let folder = bundle.split(separator: "/").dropLast().joined(separator: "/")
        let beside = "/\(folder)/fleet"
        return FileManager.default.fileExists(atPath: beside)
            ? beside : repository + "/.build/debug/fleet"
    }()

    /// Whether a real cluster can be started here.
    ///
    /// `make test` demands it: a run without one must not pass there.
    static let canStartCluster: Bool =
        ProcessInfo.processInfo.environment["FLEET_REQUIRE_CLUSTER"] == "1"
        || (geteuid() == 0
            && ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"]
                .allSatisfy(FileManager.default.fileExists(atPath:)))

    static let whyNot = "needs root, slurmctld, slurmd and munged: run 'make test'"
}
