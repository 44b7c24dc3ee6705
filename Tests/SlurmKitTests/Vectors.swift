import Foundation

/// Answers of the real tools, which are not part of the repository.
enum Vectors {
    /// The folder, from FLEET_SHARED or beside the package.
    private static let folder: URL = {
        let shared =
            ProcessInfo.processInfo.environment["FLEET_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
                url.deletingLastPathComponent()
            }.appendingPathComponent("../shared")
        return shared.appendingPathComponent("vectors").standardizedFileURL
    }()

    /// Whether a file is there.
    static func has(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
    }

    /// The rows below the heading, empty fields kept.
    static func rows(_ file: String) throws -> [[String]] {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            .split(separator: "\n").dropFirst().map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
    }
}
