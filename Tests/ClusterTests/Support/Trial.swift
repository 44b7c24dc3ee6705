import FoundationEssentials
import Testing

/// A cluster, and a folder of its own where one test's runs are kept: `last` is never another test's.
struct Trial: Sendable {
    let cluster: DemoCluster
    /// On storage that the nodes share; gone with the trial.
    let shared: String
    /// On this machine alone; gone with the cluster.
    let local: String

    /// Where runs are kept.
    var runs: String { "\(shared)/runs" }

    /// Starts a cluster, runs the test on it, and takes both away.
    static func with(
        _ options: [String] = [], alone: Bool = false, _ body: (Trial) async throws -> Void
    ) async throws {
        try await DemoCluster.with(options, alone: alone) { cluster in
            let trial = Trial(cluster)
            try FileManager.default.createDirectory(
                atPath: trial.shared, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: trial.shared) }
            try await body(trial)
        }
    }

    private init(_ cluster: DemoCluster) {
        self.cluster = cluster
        shared = "\(cluster.home)/root/\(cluster.name)"
        local = "/" + cluster.program.split(separator: "/").dropLast().joined(separator: "/")
    }

    private func variables(_ more: [String: String]) -> [String: String] {
        ["SLURM_CONF": cluster.slurmConf, "FLEET_RUN_DIR": runs].merging(more) { $1 }
    }

    /// Runs fleet as root.
    func fleet(_ words: [String], environment: [String: String] = [:]) async throws -> Ran {
        try await Ran.run(cluster.program, words, environment: variables(environment))
    }

    /// Runs fleet with `--format json`; its first word is the subcommand.
    func document(
        _ words: [String], environment: [String: String] = [:]
    ) async throws -> RunDocument {
        let ran = try await fleet(
            [words[0], "--format", "json"] + words.dropFirst(), environment: environment)
        do {
            return try ran.decoded(RunDocument.self)
        } catch {
            throw Failure(text: "\(words): \(ran.out.prefix(400)) \(ran.err)")
        }
    }

    /// Runs a shell line in which `fleet` is the program.
    func shell(_ line: String, _ arguments: [String] = []) async throws -> Ran {
        try await Ran.run(
            "/bin/bash",
            ["-c", "fleet() { \"\(cluster.program)\" \"$@\"; }\n\(line)", "sh"] + arguments,
            environment: variables([:]))
    }

    /// Runs a shell line as the ordinary user.
    func asOperator(_ line: String) async throws -> Ran {
        try await Ran.run(
            "/usr/sbin/runuser", ["-u", "operator", "--", "/bin/sh", "-c", line],
            environment: [
                "SLURM_CONF": cluster.slurmConf, "HOME": "\(cluster.home)/operator",
                "FLEET_RUN_DIR": "\(cluster.home)/operator/\(cluster.name)",
            ])
    }

    /// Writes a file.
    ///
    /// - Returns: Its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String, in folder: String? = nil) throws -> String {
        let path = "\(folder ?? local)/\(name)"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Writes a text file.
    @discardableResult
    func write(_ text: String, to name: String, in folder: String? = nil) throws -> String {
        try write(Array(text.utf8), to: name, in: folder)
    }

    /// Starts fleet and leaves it to itself.
    func start(_ words: [String]) async throws -> StartedFleet {
        let started = StartedFleet(folder: "\(local)/started-\(UInt32.random(in: 0...UInt32.max))")
        let ran = try await Ran.run(
            "/bin/bash",
            [
                "-c",
                """
                mkdir "$1" && cd "$1" && shift
                setsid bash -c '"$@" >out 2>err </dev/null & echo $! >pid; wait $!; echo $? >status' sh "$@" \\
                    >/dev/null 2>&1 </dev/null &
                until [ -s pid ]; do sleep 0.02; done
                """, "sh", started.folder, cluster.program,
            ] + words, environment: variables([:]))
        try #require(ran.status == 0, "\(ran.err)")
        return started
    }

    /// Waits until so many payloads have written something that is still growing.
    func haveBegun(_ count: Int) async throws -> Bool {
        try await cluster.eventually(within: 20) {
            let files = try await Ran.run(
                "/bin/sh", ["-c", "find '\(runs)' -name '.*.out' -size +0 2>/dev/null | wc -l"])
            return files.out == "\(count)\n"
        }
    }

    /// A test that cannot go on.
    struct Failure: Error {
        let text: String
    }
}
