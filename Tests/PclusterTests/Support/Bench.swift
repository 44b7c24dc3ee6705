import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// A program that was run to its end.
struct Ran: Sendable {
    var status: Int32
    var out: String
    var err: String

    /// Standard output as a JSON document.
    func decoded<Document: Decodable>(_ type: Document.Type) throws -> Document {
        try JSONDecoder().decode(type, from: Data(out.utf8))
    }

    /// Runs a program in an environment of its own; a signal reads as 128 and its number.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String]
    ) async throws -> Ran {
        var variables: [Environment.Key: String] = ["LC_ALL": "C.UTF-8"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let ended = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .custom(variables),
            input: .none, output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        let status: Int32 =
            switch ended.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        let ran = Ran(status: status, out: ended.standardOutput, err: ended.standardError)
        try ran.keep()
        return ran
    }

    /// Keeps a document, or lines of them, where FLEET_KEEP_DOCUMENTS says, so that `make pcluster-test` holds it against docs/schemas.
    private func keep() throws {
        guard let folder = ProcessInfo.processInfo.environment["FLEET_KEEP_DOCUMENTS"],
            out.hasPrefix("{")
        else { return }
        try Data(out.utf8).write(to: URL(filePath: "\(folder)/\(UUID().uuidString).json"))
    }
}

/// Where things are.
enum Place {
    static let repository: String = {
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    }()

    /// fleet-cluster, as it was built beside this test bundle.
    static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        let folder = bundle.split(separator: "/").dropLast().joined(separator: "/")
        let beside = "/\(folder)/fleet-cluster"
        return FileManager.default.fileExists(atPath: beside)
            ? beside : repository + "/.build/debug/fleet-cluster"
    }()

    /// The virtual environments with pcluster, aws and moto.
    static let venvs: String = {
        let variables = ProcessInfo.processInfo.environment
        return variables["FLEET_PCLUSTER_VENVS"]
            ?? (variables["XDG_CACHE_HOME"] ?? "/var/tmp") + "/fleet-pcluster"
    }()

    /// Whether the real pcluster is here; 'make test' demands it.
    static let hasPcluster =
        ProcessInfo.processInfo.environment["FLEET_REQUIRE_PCLUSTER"] == "1"
        || FileManager.default.isExecutableFile(atPath: "\(venvs)/3.14.0/bin/pcluster")
            && FileManager.default.isExecutableFile(atPath: "\(venvs)/aws/bin/aws")

    static let whyNot = "needs pcluster, aws and moto: scripts/install-dependencies --pcluster"
}

/// A machine of an operator's: a home, a folder of programs that stand for pcluster and aws, and nothing else.
struct Operator {
    let folder: TemporaryFolder

    /// Makes one.
    ///
    /// - Parameters:
    ///   - programs: Shell scripts by the programs' names.
    ///   - files: Files of the home by their names.
    /// - Throws: What writing them throws.
    init(programs: [String: String] = [:], files: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        try folder.write("", to: "bin/.keep")
        for (name, text) in programs {
            try folder.write("#!/bin/sh\n" + text, to: "bin/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/bin/\(name)")
        }
        for (name, text) in files { try folder.write(text, to: "home/\(name)") }
        try folder.write("", to: "home/.keep")
    }

    var home: String { "\(folder.path)/home" }

    /// Runs fleet-cluster there.
    func fleet(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ran {
        var variables = [
            "HOME": home, "PATH": "\(folder.path)/bin:/usr/bin:/bin", "AWS_REGION": "us-east-1",
        ]
        for (name, value) in environment { variables[name] = value }
        return try await Ran.run(Place.program, arguments, environment: variables)
    }

    /// The text of a file of the home; nil where it is not there.
    func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(home)/\(name)", encoding: .utf8)
    }

    /// The mode of a file of the home.
    func mode(_ name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(home)/\(name)")
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }
}
