import Probes
import Foundation
import Runs
import TestSupport
import Testing

@Suite struct RunCatalogTests {
    private static let names = [
        "20261123-140211-7f3a", "20261124-090000-00ff", "20261124-100000-7f3b",
    ]

    private func folder() throws -> TemporaryFolder {
        try TemporaryFolder(
            Dictionary(
                uniqueKeysWithValues: Self.names.map { ("\($0)/run.json", "{}") }
                    // What is no run, or not yet one.
                    + [("notes.txt", "x"), ("20261125-000000-0000/targets.json", "[]")]))
    }

    @Test func runs() throws {
        let folder = try folder()
        #expect(try RunCatalog(base: folder.path, kinds: .all).runs().map(\.id) == Self.names)
        #expect(try RunCatalog(base: folder.path + "/none", kinds: .all).runs().isEmpty)
        let file = try #require(throws: RunStoreError.self) {
            try RunCatalog(base: folder.path + "/notes.txt", kinds: .all).runs()
        }
        #expect(file.kind == .file)
    }

    @Test(
        arguments: [
            ("last", 2), ("20261123-140211-7f3a", 0), ("20261123", 0), ("7f3a", 0), ("00ff", 1),
            ("20261124-1", 2), ("b", 2),
        ])
    func named(_ name: String, _ index: Int) throws {
        let folder = try folder()
        #expect(
            try RunCatalog(base: folder.path, kinds: .all).run(named: name).id == Self.names[index])
    }

    @Test(
        arguments: [
            ("", "there is no such run"), ("x", "there is no such run"),
            ("20261125", "there is no such run"), ("140211", "there is no such run"),
            ("../runs", "there is no such run"),
            ("20261124", "2 runs fit: 20261124-090000-00ff, 20261124-100000-7f3b"),
            (
                "2026",
                "3 runs fit: 20261123-140211-7f3a, 20261124-090000-00ff, 20261124-100000-7f3b"
            ),
        ])
    func unknown(_ name: String, _ cause: String) throws {
        let folder = try folder()
        let error = try #require(throws: RunStoreError.self) {
            try RunCatalog(base: folder.path, kinds: .all).run(named: name)
        }
        #expect(error.kind == .notFound)
        #expect(error.cause == cause)
        #expect(error.remedy == "'fleet runs' lists the runs.")
    }

    /// A whole name is never ambiguous, though others begin with it.
    @Test func exact() throws {
        let folder = try TemporaryFolder(["r1/run.json": "{}", "r1-2/run.json": "{}"])
        #expect(try RunCatalog(base: folder.path, kinds: .all).run(named: "r1").id == "r1")
    }

    @Test func none() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: RunStoreError.self) {
            try RunCatalog(base: folder.path, kinds: .all).run(named: "last")
        }
        #expect(error.kind == .notFound)
        #expect(error.cause == "no run is kept there")
    }
}
