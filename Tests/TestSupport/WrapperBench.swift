@testable package import FanOut
import Foundation
import SlurmModel
package import Subprocess
import SystemPackage

/// Runs the wrapper by the real /bin/sh with the real coreutils, on this machine.
package struct WrapperBench {
    package let folder: TemporaryFolder
    package let directory: RunDirectory
    package let key: RecordKey

    package init(node: String = "gpu-1", base: String = "runs") throws {
        folder = try TemporaryFolder()
        directory = try RunDirectory.create(
            base: "\(folder.path)/\(base)", id: RunID("r1"), nonce: "secret")
        key = RecordKey(run: "r1", node: node, nonce: "secret", job: RecordKey.local)
    }

    /// What a wrapper left.
    package struct Ended: Sendable {
        package var status: TerminationStatus
        package var stdout: [UInt8]
        package var stderr: String
    }

    /// Runs the wrapper to its end.
    package func run(
        _ payload: Payload, key: RecordKey? = nil, attempt: Int = 1,
        carrier: JobScript.Carrier? = nil, environment: [String: String] = [:]
    ) async throws -> Ended {
        let script = JobScript.text(
            payload: payload, key: key ?? self.key, attempt: attempt,
            carrier: carrier ?? .directory(directory.path))
        let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"]
            .merging(environment) { $1 }
        // A step's shell reads its script, which may be longer than an argument can be.
        let isStep =
            switch carrier {
            case .stream, .group: true
            case .directory, nil: false
            }
        let ended = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", isStep ? "script=$(cat) && eval \"$script\"" : script, "fleet"],
            environment: .custom(
                Dictionary(
                    uniqueKeysWithValues: variables.map {
                        (Environment.Key(stringLiteral: $0.key), $0.value)
                    })),
            input: .string(isStep ? script : ""), output: .bytes(limit: 1 << 25),
            error: .string(limit: 1 << 20))
        return Ended(
            status: ended.terminationStatus, stdout: ended.standardOutput,
            stderr: ended.standardError)
    }

    /// Runs the wrapper in the run directory, and reads its record.
    package func record(_ payload: Payload, environment: [String: String] = [:]) async throws
        -> Record
    {
        _ = try await run(payload, environment: environment)
        return try directory.record(for: key)
    }

    /// Puts a file into the run directory, as fleet does, and describes it.
    package func file(
        _ contents: String, _ role: PayloadFile.Role, name: String, to destination: String = "",
        mode: Int = 0o644, source: String = "/home/u/app.conf"
    ) async throws -> PayloadFile {
        let path = "\(directory.files)/\(name)"
        try Data(contents.utf8).write(to: URL(fileURLWithPath: path))
        let sum = try await Subprocess.run(
            .name("sha256sum"), arguments: ["--", path], output: .string(limit: 4_096)
        ).standardOutput
        return PayloadFile(
            role: role, name: name, source: source, destination: destination, mode: mode,
            sha256: String(sum.prefix { $0 != " " }), size: contents.utf8.count)
    }

    /// The files' contents as they travel with a step.
    package func contents(_ files: [PayloadFile]) throws -> [String: String] {
        var contents: [String: String] = [:]
        for file in files {
            let data = try Data(
                contentsOf: URL(fileURLWithPath: "\(directory.files)/\(file.name)"))
            contents[file.name] = data.base64EncodedString(
                options: [.lineLength76Characters, .endLineWithLineFeed])
        }
        return contents
    }

    /// The names in the records folder.
    package func records() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path + "/records").sorted()
    }

    /// Starts the script `$1`, and tells it to end once the file `$2` is there.
    package static let tellToEnd =
        "sh -c \"$1\" & until [ -e \"$2\" ]; do sleep 0.1; done; kill -TERM $!; wait $!"

    /// Whether any process has this command line.
    package static func isRunning(_ command: String) throws -> Bool {
        let wanted = command.split(separator: " ").joined(separator: "\0") + "\0"
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc")
        where Int(name) != nil {
            let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(name)/cmdline"))
            if let line, String(decoding: line, as: UTF8.self) == wanted { return true }
        }
        return false
    }
}
