import FoundationEssentials
import Testing

extension DemoCluster {
    /// Runs fleet with arguments that are made elsewhere.
    func fleet(arguments: [String], environment: [String: String] = [:]) async throws -> Ran {
        var variables = environment
        variables["SLURM_CONF"] = slurmConf
        return try await Ran.run(program, arguments, environment: variables)
    }

    /// A folder for this test's runs, on the shared home; goes with ``removeRuns()``.
    var runs: String { "\(home)/root/\(name)" }

    /// Removes the folder of this test's runs.
    func removeRuns() {
        try? FileManager.default.removeItem(atPath: runs)
    }

    /// Waits until payloads on so many nodes have written something; false when that takes too long.
    func hasBegun(on nodes: Int, within seconds: Double = 15) async throws -> Bool {
        try await eventually(within: seconds) {
            let found = try await Ran.run(
                "/bin/sh", ["-c", "find \(runs) -name '.*.out' -size +0 2>/dev/null | wc -l"])
            return found.out.filter(\.isNumber) == "\(nodes)"
        }
    }

    /// The records folder of this test's only run.
    func recordsFolder() throws -> String {
        let run = try #require(
            FileManager.default.contentsOfDirectory(atPath: runs)
                .first { $0 != "history.sqlite" })
        return "\(runs)/\(run)/records"
    }

    /// The jobs of a node that run now.
    func runningJob(on node: String) async throws -> String {
        try await slurm("squeue", "-h", "-t", "R", "-w", node, "-o", "%i").out.filter(\.isNumber)
    }
}
