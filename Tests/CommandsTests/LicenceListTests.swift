import Foundation
import Testing

/// docs/licences.md against Package.resolved: what is linked in is named, and nothing else.
@Suite struct LicenceListTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Resolved: Decodable {
        struct Pin: Decodable { var identity: String }
        var pins: [Pin]
    }

    @Test func complete() throws {
        let resolved = try JSONDecoder().decode(
            Resolved.self,
            from: Data(contentsOf: Self.repository.appendingPathComponent("Package.resolved")))
        let text = try String(
            contentsOf: Self.repository.appendingPathComponent("docs/licences.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let named = rows.dropFirst().map { String($0[0].prefix { $0 != " " }) }
        #expect(Set(named) == Set(resolved.pins.map(\.identity) + ["swift"]))
        #expect(Set(named).count == named.count)
        #expect(rows.allSatisfy { $0.count == 3 && !$0[1].isEmpty })
    }
}
