import Probes
import TestSupport
import Foundation
import LustreCheck
import Testing
import Verdicts

@Suite struct MountCatalogueTests {
    private static let package = SharedData.checkout

    private static func codes() throws -> Set<String> {
        let root = package.appendingPathComponent("Sources/LustreCheck/Rules")
        var codes: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(
            at: root, includingPropertiesForKeys: nil)
        where file.pathExtension == "swift"
            && (file.lastPathComponent.hasPrefix("MountRule+")
                || ["MountReview.swift", "MountJudge.swift"].contains(file.lastPathComponent))
        {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(
                of: /"(?:mount\.)?((?:odd\.)?[a-z]+(?:_[a-z]+)*)"/)
            where FindingCatalogue.standard.kind(of: "mount.\(match.1)") != nil {
                codes.insert("mount.\(match.1)")
            }
            for match in text.matches(of: /inding\(\s*"((?:odd\.)?[a-z_]+)"/) {
                codes.insert("mount.\(match.1)")
            }
        }
        return codes
    }

    @Test("Every code that the rules use is explained, and no other")
    func complete() throws {
        let used = try Self.codes()
        let known = MountFindingCatalogue.all.map(\.code)
        #expect(Set(known).count == known.count)
        #expect(used.subtracting(known).isEmpty, "\(used.subtracting(known))")
        #expect(Set(known).subtracting(used).isEmpty, "\(Set(known).subtracting(used))")
    }

    @Test func sentences() {
        for kind in MountFindingCatalogue.all {
            #expect(kind.meaning.hasSuffix(".") && !kind.source.isEmpty && !kind.action.isEmpty)
            #expect(FindingCatalogue.standard.kind(of: kind.code)?.meaning == kind.meaning)
        }
        #expect(MountFindingCatalogue.kind(of: "mount.nonsense") == nil)
    }

    /// The tables of docs/mount-checks.md, written from the catalogue.
    private static var tables: String {
        MountFindingCatalogue.rungs.map { rung in
            let rows = rung.kinds.map { kind in
                "| `\(kind.code)` | \(kind.severity.rawValue) | \(kind.state.rawValue) | \(kind.meaning) | \(kind.action) |"
            }
            return
                ([
                    "### \(rung.title)", "", "| code | verdict | state | finding | what to do |",
                    "|---|---|---|---|---|",
                ]
                + rows).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    @Test("The page has every finding with its remedy, as the catalogue has it")
    func page() throws {
        let file = Self.package.appendingPathComponent("docs/mount-checks.md")
        var text = try String(contentsOf: file, encoding: .utf8)
        let begin = "<!-- findings: from the catalogue, RECORD_GOLDENS=1 writes them -->\n"
        let end = "\n<!-- end of the findings -->"
        let from = try #require(text.firstRange(of: begin)).upperBound
        let to = try #require(text.firstRange(of: end)).lowerBound
        try #require(from <= to)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != nil,
            text[from..<to] != Self.tables
        {
            text.replaceSubrange(from..<to, with: Self.tables)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("docs/mount-checks.md was written anew")
        } else {
            #expect(String(text[from..<to]) == Self.tables)
        }
    }
}
