import FoundationEssentials
import Testing

/// A real cluster of its own for one test: started before it, taken down after it, whatever happens.
struct DemoCluster: Sendable {
    let name: String
    let slurmConf: String
    let program: String
    let home: String

    /// Starts a cluster, runs the test on it, and takes it down.
    ///
    /// - Parameters:
    ///   - options: Further options of `cluster up`.
    ///   - alone: Whether no other test's cluster may run beside it.
    ///   - body: The test.
    /// - Throws: What the test throws, or that the cluster did not start.
    static func with(
        _ options: [String] = [], alone: Bool = false,
        _ body: (DemoCluster) async throws -> Void
    ) async throws {
        let turn = try await Gate.shared.enter(alone: alone)
        do {
            try await nested(options, body)
        } catch {
            await Gate.shared.leave(turn)
            throw error
        }
        await Gate.shared.leave(turn)
    }

    /// The same beside a cluster that the test already has.
    static func nested(
        _ options: [String] = [], _ body: (DemoCluster) async throws -> Void
    ) async throws {
        let name = "t" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        do {
            let up = try await Ran.run(Place.clusterScript, ["up", "--name", name] + options)
            try #require(up.status == 0, "cluster up: \(up.err)")
            try await body(try await DemoCluster(name: name))
        } catch {
            try? await takeDown(name)
            throw error
        }
        try await takeDown(name)
    }

    private static func takeDown(_ name: String) async throws {
        let down = try await Ran.run(Place.clusterScript, ["down", "--name", name])
        #expect(down.status == 0, "cluster down: \(down.err)")
    }

    private init(name: String) async throws {
        self.name = name
        let exports = try await Ran.run(Place.clusterScript, ["env", "--name", name]).out
        let line = try #require(
            exports.split(separator: "\n").first { $0.hasPrefix("export SLURM_CONF=") })
        slurmConf = line.dropFirst("export SLURM_CONF=".count)
            .filter { $0 != "'" && $0 != "\"" }
        let folder = slurmConf.split(separator: "/").dropLast(2).joined(separator: "/")
        home = "/" + folder.split(separator: "/").dropLast().joined(separator: "/") + "/home"
        // Where the ordinary user can execute it, and where taking the cluster down removes it.
        program = "/\(folder)/fleet"
        try FileManager.default.copyItem(atPath: Place.program, toPath: program)
    }

    /// Runs fleet on this machine.
    func fleet(
        _ arguments: String..., user: String? = nil, environment: [String: String] = [:]
    ) async throws -> Ran {
        var variables = environment
        variables["SLURM_CONF"] = environment["SLURM_CONF"] ?? slurmConf
        guard let user else { return try await Ran.run(program, arguments, environment: variables) }
        variables["HOME"] = "\(home)/\(user)"
        return try await Ran.run(
            "/usr/sbin/runuser", ["-u", user, "--", program] + arguments, environment: variables)
    }

    /// Runs one of Slurm's own commands on this machine.
    @discardableResult
    func slurm(_ command: String, _ arguments: String...) async throws -> Ran {
        try await Ran.run("/usr/bin/\(command)", arguments, environment: ["SLURM_CONF": slurmConf])
    }

    /// The release of the Slurm that runs here, such as `24.11.5`.
    func release() async throws -> String {
        let words = try await slurm("scontrol", "-V").out.split(whereSeparator: \.isWhitespace)
        return String(try #require(words.last))
    }

    /// Has slurmctld power a node down, and waits until it has.
    ///
    /// slurmctld looks once in 10 s (`power_save_interval`) which nodes to put to sleep, and once more which of them sleep; on a
    /// busy machine both take longer.
    ///
    /// - Returns: Whether the node is powered down.
    func putToSleep(_ node: String) async throws -> Bool {
        try await slurm("scontrol", "update", "nodename=\(node)", "state=POWER_DOWN")
        return try await eventually(within: 60) {
            try await slurm("scontrol", "show", "node", node).out.contains("POWERED_DOWN")
        }
    }

    /// Runs a subcommand of the cluster's script.
    @discardableResult
    func script(_ arguments: String...) async throws -> Ran {
        let words = [arguments[0], "--name", name] + arguments.dropFirst()
        let ran = try await Ran.run(Place.clusterScript, words)
        #expect(ran.status == 0, "cluster \(arguments): \(ran.err)")
        return ran
    }

    /// Runs a shell command inside a node.
    func inside(_ node: String, _ command: String) async throws -> Ran {
        try await Ran.run(
            Place.clusterScript, ["exec", "--name", name, node, "sh", "-c", command])
    }

    /// Sends a signal to a node's slurmd.
    func signalSlurmd(_ node: String, _ signal: String) async throws {
        let pid = try await script("pid", node).out.filter(\.isNumber)
        let ran = try await Ran.run("/bin/kill", ["-\(signal)", pid])
        #expect(ran.status == 0, "kill: \(ran.err)")
    }

    /// Waits until slurmctld has no job left that is not just cleaning up; false when that takes too long.
    func jobsAreGone(within seconds: Int = 15) async throws -> Bool {
        for _ in 0..<(seconds * 5) {
            let queue = try await slurm("squeue", "-h", "-t", "PENDING,RUNNING,SUSPENDED")
            if queue.status == 0, queue.out.isEmpty { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    /// Waits until a condition holds; false when that takes too long.
    func eventually(
        within seconds: Double = 10, _ condition: () async throws -> Bool
    ) async throws -> Bool {
        for _ in 0..<Int(seconds * 10) {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
