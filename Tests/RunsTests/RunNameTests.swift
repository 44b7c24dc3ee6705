@testable import FanOut
import Foundation
import GPUCheck
import Probes
@testable import Runs
import TestSupport
import Testing

/// Which run a word means, among whatever lies in the folder.
@Suite("Names of runs") struct RunNameTests {
    private static func catalog(_ folder: TemporaryFolder) -> RunCatalog {
        RunCatalog(base: folder.path, kinds: .all)
    }

    /// A run of a cluster.
    private static func keep(_ id: String, of cluster: String, in folder: TemporaryFolder) throws {
        let directory = try RunDirectory.create(base: folder.path, id: RunID(id), nonce: "x")
        let plan = RunPlan(
            id: RunID(id), nonce: "x", directory: directory.path,
            payload: Payload(arguments: ["true"], timeout: 9), environment: [])
        try StoredRun(directory, kinds: .all).begin(
            RunManifest(
                plan: plan, specification: GPUCheckSpecification(timeout: 9), command: ["fleet"],
                user: "ann", cluster: cluster, started: 1, nodeCount: 0, nodes: "", head: nil,
                isStrict: false, ignoresNotRun: false), targets: [])
    }

    @Test("The last run is this cluster's: two clusters may share a home")
    func lastOfCluster() throws {
        let folder = try TemporaryFolder()
        for (id, cluster) in [("r1", "one"), ("r2", "two"), ("r3", "one"), ("r4", "two")] {
            try Self.keep(id, of: cluster, in: folder)
        }
        let catalog = Self.catalog(folder)
        #expect(try catalog.run(named: "last", cluster: "one").id == "r3")
        #expect(try catalog.run(named: "last", cluster: "two").id == "r4")
        #expect(try catalog.run(named: "last").id == "r4")
        let error = try #require(throws: RunStoreError.self) {
            try catalog.run(named: "last", cluster: "three")
        }
        #expect(
            error.description
                == "cannot find run 'last' in \(folder.path): no run of cluster 'three' is kept there"
        )
        #expect(error.kind == .notFound)
        // By its name a run is found whatever its cluster: who acts on it looks at that.
        #expect(try catalog.run(named: "r1", cluster: "two").id == "r1")
        // The last one cannot be read. The one before it is not taken for it.
        try folder.write("{", to: "r5/run.json")
        #expect(try catalog.run(named: "last", cluster: "one").id == "r5")
    }

    @Test("What is no folder of a run is none, whatever it is called")
    func others() throws {
        let folder = try TemporaryFolder([
            "20261123-140211-7f3a": "a file", "history.sqlite": "x",
            ".20261123-140212-0000/run.json": "{}", ".doctor/run.json": "{}",
            "20261123-140213-0000/run.json/x": "a folder of that name", "a b\u{1b}/run.json": "{}",
        ])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/20261123-140214-0000",
            withDestinationPath: folder.path + "/a b\u{1b}")
        let listing = try Self.catalog(folder).listing()
        #expect(listing.runs.map(\.id) == ["a b\u{1b}"])
        #expect(listing.strangers.isEmpty)
        #expect(listing.runs.first?.base == folder.path)
    }

    /// Beginnings and ends of names, against a search by hand.
    @Test("A word means the one run whose name begins or ends with it, and never one of several")
    func property() throws {
        var random = SeededRandom(7)
        let names = Set(
            (0..<6).map { _ in
                RunID(
                    timestamp: "2026112\(Int.random(in: 0...1, using: &random))-140211",
                    fraction: .random(in: 0...1, using: &random),
                    random: .random(in: 0...20, using: &random)
                ).description
            })
        let folder = try TemporaryFolder(
            Dictionary(uniqueKeysWithValues: names.map { ("\($0)/run.json", "{}") }))
        let catalog = Self.catalog(folder)
        #expect(try catalog.runs().map(\.id) == names.sorted())
        #expect(names.allSatisfy(RunID.isName))
        let words = Set(
            names.flatMap { name in
                [1, 3, 8, 18, 19, name.count].flatMap { [name.prefix($0), name.suffix($0)] }
            }.map(String.init))
        for word in words {
            let fitting = names.filter { $0.hasPrefix(word) || $0.hasSuffix(word) }.sorted()
            guard fitting.count > 1 else {
                #expect(try catalog.run(named: word).id == fitting.first)
                continue
            }
            let error = try #require(throws: RunStoreError.self) { try catalog.run(named: word) }
            let shown = fitting.prefix(4).joined(separator: ", ")
            #expect(error.cause == "\(fitting.count) runs fit: \(shown)")
        }
    }

    @Test(
        "The form of a run's name is that and no other",
        arguments: [
            ("20261123-140211-7f3a", true), ("20261123-140211-7F3A", true),
            ("2026112-1402110-7f3a", false), ("20261123-140211-7f3", false),
            ("20261123-140211-7f3a-", false), ("20261123-140211-7f3g", false),
            ("20261123_140211_7f3a", false), ("../../etc-passwd-x", false), ("", false),
            ("2026112\u{663}-140211-7f3a", false), ("20261123-140211-7f3\u{0}", false),
        ])
    func form(_ name: String, _ isName: Bool) {
        #expect(RunID.isName(name) == isName)
    }

    @Test("Names that fleet makes have that form, and sort by their time")
    func made() {
        let names = (0...255).map {
            RunID(timestamp: "20261123-140211", fraction: UInt8($0), random: 0).description
        }
        #expect(names == names.sorted() && Set(names).count == 256)
        #expect(names.allSatisfy(RunID.isName))
        #expect(names.first == "20261123-140211-0000" && names.last == "20261123-140211-ff00")
    }

    @Test(
        "An error says what was tried, why, and what is next in a line of its own",
        arguments: [
            (nil, "cannot find run 'x' in /r: there is no such run"),
            ("look", "cannot find run 'x' in /r: there is no such run\nlook"),
        ] as [(String?, String)])
    func error(_ remedy: String?, _ text: String) {
        let error = RunStoreError(
            .notFound, attempt: "find run 'x' in /r", cause: "there is no such run", remedy: remedy)
        #expect(error.description == text)
    }
}
