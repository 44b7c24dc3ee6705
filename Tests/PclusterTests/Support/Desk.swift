import Foundation
import TestSupport
import Testing

/// An operator's machine with the real pcluster and aws, before an AWS on this machine.
struct Desk: Sendable {
    let aws: StandIn.Running
    let machine: Operator

    /// The seconds between two looks are few here, since the stand-in's clock is fast.
    static let pace = ["--interval", "1", "--slow-interval", "4"]

    /// A machine whose home holds the guide's variables, and nothing else.
    init() async throws {
        aws = try await StandIn.shared.running()
        machine = try Operator()
        try machine.folder.write(aws.guide, to: "home/pcluster-env.sh")
    }

    /// Runs fleet-cluster.
    func fleet(
        _ arguments: [String], release: String = "3.14.0", more: [String: String] = [:]
    ) async throws -> Ran {
        let variables = aws.environment(of: machine, release: release).merging(more) { $1 }
        return try await Ran.run(Place.program, arguments, environment: variables)
    }

    /// The schema that a command's document names; make pcluster-test holds the document against it.
    func schema(_ arguments: [String]) async throws -> String {
        struct Document: Decodable { var schema: String }
        return try await fleet(arguments + ["--format", "json"]).decoded(Document.self).schema
    }

    /// Follows an operation to its end.
    func watch(_ name: String, _ more: String...) async throws -> Ran {
        try await fleet(["watch", "-n", name] + Self.pace + more)
    }

    /// A file of the home.
    func file(_ name: String) -> String { "\(machine.home)/\(name)" }
}

/// The one cluster that CDK makes for all suites: most other stacks are made of its template.
actor Guide {
    static let shared = Guide()

    /// The guide's name for it.
    static let cluster = "ml-training-cluster"

    private var prepared: Task<Desk, any Error>?
    private var creation: Task<Ran, any Error>?

    /// The machine of the operator who follows the guide.
    func desk() async throws -> Desk {
        if let prepared { return try await prepared.value }
        let task = Task { try await Desk() }
        prepared = task
        return try await task.value
    }

    /// Creates the cluster; whoever asks again gets the first one's end.
    func created() async throws -> Ran {
        if let creation { return try await creation.value }
        let desk = try await desk()
        if let creation { return try await creation.value }
        let task = Task {
            let file = desk.file("cluster.yaml")
            if desk.machine.text("cluster.yaml") == nil {
                _ = try await desk.fleet(["config", "-o", file])
            }
            return try await desk.fleet(
                ["create", file, "-n", Self.cluster, "--yes"] + Desk.pace)
        }
        creation = task
        return try await task.value
    }

    /// Another stack of its template, whose name says what becomes of it.
    func clone(_ name: String) async throws -> Desk {
        let desk = try await desk()
        let made = try await created()
        try #require(made.status == 0, "\(made.err)")
        try await desk.aws.clone(Self.cluster, name)
        return desk
    }
}
