import Foundation
import TestSupport
import Testing

/// A changed place of the guide's configuration, and what is said of it.
struct Mutation: Sendable {
    /// Its name, which a queue with the change has too.
    let name: String
    /// What stands for what.
    let changes: [(from: String, to: String)]
    /// fleet's rule, which must fail; nil where the change is allowed.
    let rule: String?
    /// pcluster's validator that fails, and a word of its message; nil where pcluster is silent.
    var pcluster: (validator: String, word: String)?
    /// Whether the change is in a queue of its own; else it is in the whole configuration.
    var isInQueue = true
    /// Whether it names a reservation, as `RESERVATION`.
    var isReserved: Bool { changes.contains { $0.to.contains("RESERVATION") } }
}

/// Mutations of the guide's configuration against the real pcluster, in both releases: where pcluster is a rule's source,
/// both say no; where it is silent, fleet says it all the same.
///
/// Many mutations are one configuration, each in a queue of its own, since pcluster tells of all of them at once: a dry run
/// for each would take ten times as long. Those on which it is silent are together, so that its dry run must pass.
@Suite(
    "mutations of the guide's configuration", .serialized, .timeLimit(.minutes(30)),
    .enabled(if: Place.hasPcluster, Comment(rawValue: Place.whyNot)))
struct MutationTests {
    private static let placementOff = [
        (
            from: "Enabled: true  # change to false when using a Capacity Reservation",
            to: "Enabled: false"
        )
    ]
    private static let reserved = [
        (
            from: "          # CapacityReservationTarget:",
            to: "          CapacityReservationTarget:"
        ),
        (
            from: "          #   CapacityReservationId: cr-0a1f6b92ded769450",
            to: "            CapacityReservationId: RESERVATION"
        ),
    ]
    private static let block = [
        (from: "CapacityType: ONDEMAND", to: "CapacityType: CAPACITY_BLOCK")
    ]

    /// What pcluster's validators refuse.
    private static let refused = [
        Mutation(
            name: "too-many",
            changes: reserved + placementOff + [
                ("MinCount: 2", "MinCount: 5"), ("MaxCount: 2", "MaxCount: 5"),
            ], rule: "aws.cr", pcluster: ("CapacityReservationSizeValidator", "exceeding the total")
        ),
        Mutation(
            name: "ondemand-as-block", changes: reserved + placementOff + block, rule: "aws.cr",
            pcluster: ("CapacityReservationValidator", "is not a Capacity Block")),
        Mutation(
            name: "block-without-id", changes: placementOff + block, rule: "cr.block",
            pcluster: ("CapacityTypeValidator", "id is required")),
        Mutation(
            name: "no-placement",
            changes: [
                (
                    "        PlacementGroup:\n          Enabled: true  # change to false when using a Capacity Reservation\n",
                    ""
                )
            ], rule: "efa.placement", pcluster: ("EfaPlacementGroupValidator", "")),
        Mutation(
            name: "no-efa", changes: [("g5.8xlarge", "g5.xlarge")], rule: "efa.type",
            pcluster: ("EfaValidator", "g5.xlarge")),
        Mutation(
            name: "leftover", changes: [("s3://guide-scripts/compute.sh", "${X}")],
            rule: "yaml.leftover", pcluster: ("AsyncTimedUrlValidator", "${X}")),
        Mutation(
            name: "reserved-folder", changes: [("MountDir: /lustre", "MountDir: /usr")],
            rule: "storage.reserved", pcluster: ("SharedStorageMountDirValidator", "/usr"),
            isInQueue: false),
        Mutation(
            name: "denied", changes: [("- SuspendTimeout: 300", "- SlurmctldParameters: x")],
            rule: "slurm.denied",
            pcluster: ("CustomSlurmSettingsValidator", "SlurmctldParameters"), isInQueue: false),
    ]

    /// What pcluster takes without an error, and fleet mostly fails, each for a reason of its own.
    private static let silent = [
        Mutation(name: "in-placement", changes: reserved, rule: "cr.placement"),
        Mutation(name: "reserved", changes: reserved + placementOff, rule: nil),
        Mutation(
            name: "none-static",
            changes: reserved + placementOff + [("MinCount: 2", "MinCount: 0")],
            rule: "cr.count"),
        Mutation(name: "placement-off", changes: placementOff, rule: nil),
        Mutation(
            name: "gdr", changes: [("#GdrSupport: true", "GdrSupport: true")], rule: "efa.gdr"),
        Mutation(
            name: "script-is-missing",
            changes: [("guide-scripts/compute.sh", "guide-scripts/nope.sh")],
            rule: "aws.script"),
        Mutation(
            name: "nested-mounts", changes: [("MountDir: /lustre", "MountDir: /fsx/lustre")],
            rule: "storage.mount", isInQueue: false),
        Mutation(
            name: "ubuntu2404", changes: [("Os: ubuntu2204", "Os: ubuntu2404")], rule: nil,
            isInQueue: false),
    ]

    /// What pcluster's schema refuses, before any validator.
    private static let malformed = [
        Mutation(
            name: "bad-subnet", changes: [("SubnetId: subnet-", "SubnetId: ")], rule: "id.subnet",
            pcluster: ("ConfigSchemaValidator", "SubnetId"), isInQueue: false),
        Mutation(
            name: "unknown-key", changes: [("Monitoring:\n", "Monitorring: 1\nMonitoring:\n")],
            rule: "yaml.key", pcluster: ("ConfigSchemaValidator", "Monitorring"), isInQueue: false),
    ]

    private struct Document: Decodable {
        struct Finding: Decodable {
            var rule, verdict, message: String
            var path: String?
        }
        var findings: [Finding]
    }

    @Test(arguments: ["3.14.0", "newest"])
    func whatPclusterRefuses(_ release: String) async throws {
        try await hold(Self.refused, release, isTaken: false)
    }

    @Test(arguments: ["3.14.0", "newest"])
    func whatPclusterTakes(_ release: String) async throws {
        try await hold(Self.silent, release, isTaken: true)
    }

    @Test(arguments: ["3.14.0", "newest"])
    func whatItsSchemaRefuses(_ release: String) async throws {
        try await hold(Self.malformed, release, isTaken: false)
    }

    /// An operating system that 3.14.0 still takes, and the newest does not: fleet knows both.
    @Test(arguments: [("3.14.0", true), ("newest", false)])
    func anOldSystem(_ release: String, _ isTaken: Bool) async throws {
        let old = Mutation(
            name: "alinux2", changes: [("Os: ubuntu2204", "Os: alinux2")], rule: "os.gone",
            pcluster: isTaken ? nil : ("ConfigSchemaValidator", "alinux2"), isInQueue: false)
        try await hold([old], release, isTaken: isTaken)
    }

    /// Checks all mutations as one configuration, and each one's findings.
    private func hold(_ mutations: [Mutation], _ release: String, isTaken: Bool) async throws {
        let desk = try await Desk()
        let written = try await desk.fleet(["config", "-o", desk.file("c.yaml")])
        try #require(written.status == 0, "\(written.err)")
        let text = try #require(desk.machine.text("c.yaml"))
        let inQueues = mutations.filter(\.isInQueue)
        let mutated = try await Self.configuration(text, mutations, desk)
        try desk.machine.folder.write(mutated, to: "home/m.yaml")
        let found = try await desk.fleet(
            ["check", desk.file("m.yaml"), "--format", "json"], release: release)
        let failed = try found.decoded(Document.self).findings.filter { $0.verdict == "fail" }
        #expect(
            failed.contains { $0.rule.hasPrefix("pcluster.") } != isTaken
                && found.err.contains("dry run \(isTaken ? "passed" : "failed")"),
            "\(found.out)\(found.err)")
        for mutation in mutations {
            // The guide's own queue is the first.
            let place =
                inQueues.firstIndex { $0.name == mutation.name }
                .map { "Scheduling/SlurmQueues[\($0 + 1)]" } ?? ""
            let own = failed.filter {
                ($0.path ?? "").hasPrefix(place) && !$0.rule.hasPrefix("pcluster.")
            }
            if let rule = mutation.rule {
                #expect(own.contains { $0.rule == rule }, "\(mutation.name): \(found.out)")
            } else if mutation.isInQueue {
                #expect(own.isEmpty, "\(mutation.name): \(own)")
            }
            guard let said = mutation.pcluster else { continue }
            #expect(
                failed.contains {
                    $0.rule == "pcluster.\(said.validator)"
                        && (said.word.isEmpty || $0.message.contains(said.word))
                }, "\(mutation.name): \(found.out)")
        }
        let known = Set(mutations.compactMap(\.rule))
        let others = failed.filter { !$0.rule.hasPrefix("pcluster.") && !known.contains($0.rule) }
        #expect(others.isEmpty, "\(others)")
    }

    /// The guide's configuration with every mutation in it.
    private static func configuration(
        _ text: String, _ mutations: [Mutation], _ desk: Desk
    ) async throws -> String {
        let begin = try #require(text.range(of: "    - Name: compute-gpu\n")).lowerBound
        let end = try #require(text.range(of: "\nSharedStorage:")).lowerBound
        let guide = String(text[begin..<end])
        var queues = ""
        var rest = text
        for mutation in mutations {
            var changed = mutation.isInQueue ? guide : rest
            for (from, to) in mutation.changes {
                try #require(changed.contains(from), "\(mutation.name): \(from)")
                changed = changed.replacing(from, with: to)
            }
            if mutation.isReserved {
                changed = changed.replacing("RESERVATION", with: try await reservation(desk))
            }
            if mutation.isInQueue {
                queues += changed.replacing(
                    "- Name: compute-gpu\n", with: "- Name: \(mutation.name)\n")
            } else {
                rest = changed
            }
        }
        let place = try #require(rest.range(of: "\nSharedStorage:")).lowerBound
        rest.insert(contentsOf: queues, at: rest.index(after: place))
        return rest
    }

    /// A reservation of two instances, of its own.
    private static func reservation(_ desk: Desk) async throws -> String {
        let made = try await Ran.run(
            Place.venvs + "/aws/bin/aws",
            ["ec2", "create-capacity-reservation", "--instance-type", "g5.8xlarge"]
                + ["--instance-platform", "Linux/UNIX", "--availability-zone", "us-east-1a"]
                + ["--instance-count", "2", "--instance-match-criteria", "targeted"]
                + ["--query", "CapacityReservation.CapacityReservationId", "--output", "text"],
            environment: desk.aws.environment(of: desk.machine))
        try #require(made.status == 0, "\(made.err)")
        return made.out.filter { !$0.isWhitespace }
    }
}
