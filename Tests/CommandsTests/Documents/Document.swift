import Foundation
import Testing

/// One of the project's documents in Markdown.
struct Document: Sendable {
    /// A link to a file of the project.
    struct Link {
        /// What stands in the brackets.
        let text: String
        /// The file or folder, from the document's folder; without the part behind `#`.
        let path: String
    }

    /// The folder that holds Package.swift, found above this file: it may move.
    static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/", !isThere(folder.appending(path: "Package.swift")) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Every document that people find from README or CONTRIBUTING.
    static let all: [Document] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/docs")) ?? []
        let more = ["bench/README.md", "examples/demo-cluster/README.md"]
        return (names.sorted() + docs.sorted().map { "docs/\($0)" } + more)
            .filter { $0.hasSuffix(".md") }.map { Document($0) }
    }()

    /// The document's path, from the project's folder.
    let path: String

    /// Names a document.
    init(_ path: String) {
        self.path = path
    }

    /// Its file.
    var file: URL { Self.root.appending(path: path) }

    /// All of it; empty where it cannot be read.
    var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    /// Its lines outside fenced blocks, and the blocks whole, each with both fences.
    var parts: (prose: [String], blocks: [String]) {
        var (prose, blocks, block): ([String], [String], [String]?) = ([], [], nil)
        for line in text.components(separatedBy: "\n") {
            let isFence = line.hasPrefix("```")
            if let open = block {
                block = isFence ? nil : open + [line]
                if isFence { blocks.append((open + [line]).joined(separator: "\n")) }
            } else if isFence {
                block = [line]
            } else {
                prose.append(line)
            }
        }
        return (prose, blocks)
    }

    /// Its links to files of the project.
    var links: [Link] {
        parts.prose.flatMap { $0.matches(of: /\[([^\]]+)\]\(([^)\s]+)\)/) }.compactMap { match in
            let path = match.2.prefix { $0 != "#" }
            guard !match.2.contains(":"), !path.isEmpty else { return nil }
            return Link(text: String(match.1), path: String(path))
        }
    }

    /// Words between single backquotes, outside fenced blocks.
    var quoted: [String] {
        parts.prose.flatMap { $0.matches(of: /`([^`]+)`/) }.map { String($0.1) }
    }

    /// The lines of its blocks, indented or fenced, that are commands somebody may paste, and what stands for one between
    /// backquotes.
    var commands: [String] {
        let parts = parts
        let lines =
            parts.prose.filter { $0.hasPrefix("    ") }
            + parts.blocks.flatMap { $0.components(separatedBy: "\n") }
        let start = #/^ *(\$ |sudo |[A-Z_]+=[^ ]* )*(fleet(-cluster)?|make|apt-get|bench/run)[ ]/#
        return lines.filter { $0.contains(start) }
            + quoted.filter { $0.hasPrefix("fleet ") || $0.hasPrefix("-n ") }
    }

    /// The words in backquotes with which rows of its tables begin.
    var rowNames: [String] {
        parts.prose.compactMap { $0.firstMatch(of: /^\| (`[^|]*`[^|]*?) *\|/) }.map {
            String($0.1)
        }
    }

    /// Whether a file or folder is there.
    static func isThere(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path)
    }
}
