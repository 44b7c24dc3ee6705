import Foundation
import Testing

/// The AWS on this machine, with the real pcluster and aws before it: started once for all tests, gone with them.
actor StandIn {
    static let shared = StandIn()

    /// Its folder, once it runs.
    private var started: Task<Running, any Error>?

    /// A stand-in that runs.
    struct Running: Sendable {
        let folder: String
        let variables: [String: String]

        /// The environment of who works with it.
        ///
        /// - Parameters:
        ///   - machine: Whose home.
        ///   - release: The pcluster.
        /// - Returns: The variables.
        func environment(of machine: Operator, release: String = "3.14.0") -> [String: String] {
            var result = variables
            result["HOME"] = machine.home
            result["PATH"] =
                "\(Place.repository)/examples/aws-stand-in:\(Place.venvs)/\(release)/bin:\(Place.venvs)/aws/bin:/usr/bin:/bin"
            return result
        }

        /// The guide's variables, as an environment file has them.
        var guide: String {
            (try? String(contentsOfFile: folder + "/variables.sh", encoding: .utf8)) ?? ""
        }

        /// Puts a file that steers it.
        func steer(_ name: String, _ text: String?) throws {
            let path = "\(folder)/\(name)"
            guard let text else {
                try? FileManager.default.removeItem(atPath: path)
                return
            }
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }

        /// Another stack from an older one's template: a scenario by its name.
        func clone(_ old: String, _ new: String, isKept: Bool = false) async throws {
            let made = try await Ran.run(
                Place.repository + "/examples/aws-stand-in/stand-in",
                ["clone", folder, old, new] + (isKept ? ["--keep"] : []),
                environment: ["PATH": "/usr/bin:/bin", "FLEET_PCLUSTER_VENVS": Place.venvs])
            try #require(made.status == 0, "\(made.err)")
        }
    }

    /// The one that runs; started by whoever asks first.
    func running() async throws -> Running {
        if let started { return try await started.value }
        let task = Task { try await Self.start() }
        started = task
        return try await task.value
    }

    private static func start() async throws -> Running {
        let folder = NSTemporaryDirectory() + "fleet-aws-\(UUID().uuidString)"
        let script = Place.repository + "/examples/aws-stand-in/stand-in"
        // It ends with this process, however that ends: a shell waits for it at the other end of a pipe.
        let begun = try await Ran.run(
            script, ["start", folder, "--for", String(getpid())],
            environment: ["PATH": "/usr/bin:/bin", "FLEET_PCLUSTER_VENVS": Place.venvs])
        try #require(begun.status == 0, "\(begun.err)")
        let text = try String(contentsOfFile: folder + "/env", encoding: .utf8)
        var variables: [String: String] = [:]
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2, !["PATH", "HOME"].contains(parts[0]) {
                variables[String(parts[0])] = String(parts[1])
            }
        }
        return Running(folder: folder, variables: variables)
    }
}
