import Acting
@testable import ClusterView
import Foundation
import History
import SlurmKit
import SlurmModel
@testable import Terminal
import TestSupport
import Testing
import Verdicts

/// The status is told three times, to people, to programs and by the exit code: all say the same, and of every node.
@Suite struct StatusDocumentTests {
    private static let seeds = Array(1...UInt64(Fuzzing.rounds(30, few: 2)))

    struct Document: Decodable {
        struct Attention: Decodable {
            var code: String
            var nodes: [String]
            var remedies: [String]
            var severity: Severity
        }
        struct Coverage: Decodable {
            var fresh: Int
            var old: [String]
            var unchecked: [String]
        }
        struct Named: Decodable { var name: String }
        struct Last: Decodable {
            var node: String
            var check: String
            var message: String?
        }
        var attention: [Attention]
        var coverage: Coverage
        var nodes: [Named]
        var partitions: [Named]
        var verdicts: [Last]
    }

    private func document(_ status: ClusterStatus) throws -> Document {
        let text = try JSONOutput.line(status)
        #expect(!text.utf8.contains { $0 < 0x20 }, "a document's line holds no control character")
        return try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    }

    /// The nodes that a command says, as libslurm unfolds them; nil where it names none.
    private func nodes(of command: String) throws -> [String]? {
        guard let found = command.firstMatch(of: #/ -n (?:'(.+?)'|([^ ]+))/#) else { return nil }
        return try Hostlist.expand(String(found.1 ?? found.2 ?? ""))
    }

    @Test(
        "No node is lost on the way into the document, and each stands there once",
        arguments: seeds)
    func everyNode(_ seed: UInt64) throws {
        let composed = ComposedCluster(seed)
        let status = composed.status()
        let document = try document(status)
        #expect(document.nodes.map(\.name) == composed.nodes.map(\.name))
        #expect(document.partitions.map(\.name) == ComposedCluster.partitionNames)
        let told = composed.nodes.flatMap { composed.verdicts[$0.name] ?? [] }
        #expect(document.verdicts.map(\.node) == told.map(\.node))
        #expect(document.verdicts.map(\.message) == told.map(\.message))
        // Who can be checked was checked lately, or long ago, or not at all.
        let covered = document.coverage.old + document.coverage.unchecked
        #expect(Set(covered).count == covered.count)
        let alive = composed.nodes.count {
            FleetCoverage([$0], verdicts: [:], now: 0).unchecked != []
        }
        #expect(document.coverage.fresh + covered.count == alive)
    }

    @Test(
        "What needs attention in the document is what the rules say of each node, no more and no less",
        arguments: seeds)
    func attention(_ seed: UInt64) throws {
        let status = ComposedCluster(seed).status()
        let document = try document(status)
        var said: [String: [String]] = [:]
        for found in document.attention where found.code != Attention.Code.partition.rawValue {
            for node in found.nodes { said[node, default: []].append(found.code) }
        }
        #expect(
            said.mapValues { $0.sorted() }
                == status.matters.mapValues { $0.map(\.code.rawValue).sorted() })
        let partitions = document.attention.filter { $0.code == Attention.Code.partition.rawValue }
        #expect(
            partitions.flatMap(\.nodes).sorted()
                == status.partitions.filter { $0.state != .up }.map(\.name).sorted())
        // What weighs most comes first, for programs as for people.
        #expect(
            document.attention.map(\.severity) == document.attention.map(\.severity).sorted(by: >))
    }

    @Test(
        "Each command names exactly the nodes of its line, and has no mark left that was to be filled in",
        arguments: seeds)
    func commands(_ seed: UInt64) throws {
        for found in try document(ComposedCluster(seed).status()).attention {
            for remedy in found.remedies {
                #expect(!remedy.contains("{nodes}") && !remedy.contains("{max}"), "\(remedy)")
                guard let named = try nodes(of: remedy) else { continue }
                #expect(named == found.nodes, "\(remedy)")
            }
        }
    }

    @Test(
        "Text and document have the same commands in the same order",
        arguments: seeds)
    func textAndDocument(_ seed: UInt64) throws {
        let status = ComposedCluster(seed).status()
        let document = try document(status)
        let lines = status.lines(width: nil)
        let printed = lines.filter { $0.hasPrefix("    -> ") }.map { $0.dropFirst(7) }
        // The table ends no line in blanks, and shows what would steer the terminal.
        let told = document.attention.flatMap(\.remedies).map { remedy in
            TerminalText.visible(remedy).replacing(#/ +$/#, with: "")
        }
        #expect(printed.map(String.init) == told)
        let unchecked = lines.first { $0.hasPrefix("not checked: ") }
        #expect((unchecked == nil) == document.coverage.unchecked.isEmpty)
        if let unchecked, let named = try nodes(of: unchecked) {
            #expect(named == document.coverage.unchecked)
        }
        let old = lines.filter { $0.hasPrefix("last checks ") }
        let named = try old.flatMap { try nodes(of: $0) ?? [] }
        #expect(Set(named) == Set(document.coverage.old))
    }

    @Test(
        "The exit code follows from the document: a failure, else what is not known, else 0",
        arguments: seeds)
    func exitCode(_ seed: UInt64) throws {
        // One node each: in a large cluster something is always broken.
        let composed = ComposedCluster(seed)
        for node in composed.nodes {
            let status = composed.status { $0.name == node.name }
            let document = try document(status)
            let severities = document.attention.map(\.severity)
            let isKnown =
                document.coverage.old.isEmpty && document.coverage.unchecked.isEmpty
                && !severities.contains(.unknown)
            #expect(status.exitCode == (severities.contains(.fail) ? 1 : isKnown ? 0 : 2))
        }
    }

    @Test("A selection has its own nodes alone, and its partitions are whole all the same")
    func selection() throws {
        let composed = ComposedCluster(7)
        let whole = composed.status()
        for node in composed.nodes {
            let one = composed.status { $0.name == node.name }
            #expect(try document(one).nodes.map(\.name) == [node.name])
            #expect(one.partitions.map(\.name) == node.partitions)
            for (partition, usage) in zip(one.partitions, one.usage) {
                let place = try #require(whole.partitions.firstIndex(of: partition))
                #expect(usage == whole.usage[place])
            }
            #expect(one.matters[node.name] == whole.matters[node.name])
        }
        let none = composed.status { _ in false }
        #expect(none.exitCode == 2 && none.summary == ["demo: no nodes"])
        #expect(try document(none).nodes.isEmpty)
    }
}
