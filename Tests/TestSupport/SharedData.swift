package import Foundation
package import Testing

/// Data beside the package that tests walk where it is present: real tools' answers, captures of real hardware.
package enum SharedData {
    /// Why a suite that needs it is skipped.
    package static let whyNot: Comment =
        "needs the data beside the package; set FLEET_SHARED to its folder"

    /// The checkout of the package itself.
    package static let checkout: URL = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }

    /// The folder: FLEET_SHARED, else `../shared` beside the package.
    package static let folder: URL = {
        let shared =
            ProcessInfo.processInfo.environment["FLEET_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? checkout.appendingPathComponent("../shared")
        return shared.standardizedFileURL
    }()

    /// Whether a file is there.
    package static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }

    /// The rows of a tab-separated file below its heading, empty fields kept.
    package static func rows(_ path: String) throws -> [[String]] {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n").dropFirst().map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
    }
}
