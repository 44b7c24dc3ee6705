import Foundation
import Testing

/// What differs from run to run, in a form that does not: ids, times, addresses and folders, each still of its form.
enum Steady {
    /// The text with all of that replaced.
    ///
    /// - Parameters:
    ///   - text: What was printed.
    ///   - home: The operator's home.
    /// - Returns: The steady text.
    static func text(_ text: String, home: String) -> String {
        var text = text.replacing(home, with: "/home/operator")
        text.replace(
            /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
            with: "00000000-0000-0000-0000-000000000000")
        // Unicode sees no end of a word before the point of fs-0123.fsx.
        text.replace(
            /\b(vpc|subnet|sg|fs|fsvol|cr|eni|ami|i)-[0-9a-f]{17}\b/.wordBoundaryKind(.simple)
        ) {
            "\($0.1)-00000000000000000"
        }
        text.replace(
            /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/, with: "2026-01-01T00:00:00Z")
        text.replace(/\d{8}-\d{6}-[0-9a-f]{4}/, with: "20260101-000000-0000")
        text.replace(/20\d{12}/, with: "20260101000000")
        text.replace(/(Resource[0-9A-F]{8}-)[0-9A-F]{12}/) { "\($0.1)000000000000" }
        text.replace(/("elapsed_s" ?: ?)\d+/) { "\($0.1)0" }
        text.replace(/\b(after|for) \d+ (s|min)\b/) { "\($0.1) 1 s" }
        text.replace(
            /\b(?!127\.)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/.wordBoundaryKind(.simple),
            with: "10.0.0.1")
        text.replace(/ip-\d+-\d+-\d+-\d+/, with: "ip-10-0-0-1")
        return text
    }

    private static let folder = Place.repository + "/Tests/PclusterTests/Goldens"
    private static let records = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"

    /// Compares a document with the golden of this name; RECORD_GOLDENS=1 writes it, and then the test fails.
    static func check(_ ran: Ran, _ name: String, home: String) throws {
        let found = text(ran.out, home: home)
        let file = "\(folder)/\(name).txt"
        if records {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try found.write(toFile: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name)")
            return
        }
        let golden = try? String(contentsOfFile: file, encoding: .utf8)
        #expect(found == golden, "\(name): RECORD_GOLDENS=1 writes it")
    }
}
