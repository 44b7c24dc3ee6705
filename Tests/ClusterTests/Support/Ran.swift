import FoundationEssentials
import Subprocess
import SystemPackage

/// A program that was run to its end.
struct Ran: Sendable {
    var status: Int32
    var stdout: [UInt8]
    var stderr: [UInt8]
    var seconds: Double

    var out: String { String(decoding: stdout, as: UTF8.self) }
    var err: String { String(decoding: stderr, as: UTF8.self) }

    /// Standard output as a JSON document.
    func decoded<Document: Decodable>(_ type: Document.Type) throws -> Document {
        try keep()
        return try JSONDecoder().decode(type, from: Data(stdout))
    }

    /// Keeps the document where FLEET_KEEP_DOCUMENTS says.
    ///
    /// So `make cluster-test` holds what real runs print against docs/schemas. One of a thousand nodes is left out: it
    /// says no more, and takes long.
    private func keep() throws {
        guard let folder = ProcessInfo.processInfo.environment["FLEET_KEEP_DOCUMENTS"],
            stdout.count < 1 << 19, stdout.first == UInt8(ascii: "{")
        else { return }
        try Data(stdout).write(to: URL(filePath: "\(folder)/\(UUID().uuidString).json"))
    }

    /// Runs a program; a signal reads as 128 + its number.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Ran {
        // Root's runs go into the machine's own history unless a test names another.
        var variables: [Environment.Key: String?] = [
            "LC_ALL": "C.UTF-8", "SLURM_CONF": nil, "FLEET_HISTORY_SITE": "none",
        ]
        for (name, value) in environment {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        let clock = ContinuousClock()
        let begin = clock.now
        let ended = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .inherit.updating(variables), input: .none,
            output: .bytes(limit: 64 << 20), error: .bytes(limit: 16 << 20))
        let took = clock.now - begin
        let status: Int32 =
            switch ended.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Ran(
            status: status, stdout: ended.standardOutput, stderr: ended.standardError,
            seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18)
    }
}
