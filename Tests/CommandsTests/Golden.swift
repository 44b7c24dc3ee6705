import Foundation
import Testing

/// Printed shapes kept as files; RECORD_GOLDENS=1 rewrites them, and then every test fails, so that a
/// recording is never taken for a pass.
enum Golden {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens")

    private static let records = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"

    /// Compares a text with the file of this name.
    static func check(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = folder.appendingPathComponent(name + ".txt")
        let text = text.hasSuffix("\n") ? text : text + "\n"
        if records {
            try Data(text.utf8).write(to: file)
            Issue.record("recorded \(name)", sourceLocation: sourceLocation)
            return
        }
        guard let golden = try? String(contentsOf: file, encoding: .utf8) else {
            Issue.record("no golden \(name): RECORD_GOLDENS=1", sourceLocation: sourceLocation)
            return
        }
        #expect(text == golden, "\(name) differs:\n\(text)", sourceLocation: sourceLocation)
    }

    /// Compares lines, which end in no blanks, with the file of this name.
    static func check(
        _ lines: [String], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(!lines.contains { $0.hasSuffix(" ") }, sourceLocation: sourceLocation)
        try check(lines.joined(separator: "\n"), name, sourceLocation: sourceLocation)
    }
}
