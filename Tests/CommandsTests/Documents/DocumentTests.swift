import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import Commands

@Suite("Documents say what is so") struct DocumentTests {
    @Test("Every link leads to a file, and one that names a symbol to a file that has it")
    func links() throws {
        var symbols = 0
        for document in Document.all {
            let folder = document.file.deletingLastPathComponent()
            for link in document.links {
                let file = folder.appending(path: link.path).standardizedFileURL
                guard Document.isThere(file) else {
                    Issue.record("\(document.path): [\(link.text)](\(link.path)) leads nowhere")
                    continue
                }
                guard let symbol = link.text.wholeMatch(of: /`([^`]+)`/)?.1,
                    let text = try? String(contentsOf: file, encoding: .utf8)
                else { continue }
                symbols += 1
                for name in Self.names(in: symbol) where !Self.has(text, name, file) {
                    Issue.record("\(document.path): \(link.path) has no \(name)")
                }
            }
        }
        // A pattern that finds no link any more would find nothing wrong.
        #expect(symbols > 30)
    }

    /// Words of which a symbol is made, such as `RunDriver` and `drive`.
    private static func names(in symbol: Substring) -> [String] {
        symbol.prefix { $0 != "(" }.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            .map(String.init)
    }

    /// Whether a file has a word, or is named by it, as `wrapper.sh` is.
    private static func has(_ text: String, _ name: String, _ file: URL) -> Bool {
        file.lastPathComponent.split(separator: ".").contains { $0 == name }
            || text.ranges(of: name).contains { range in
                let before = text[..<range.lowerBound].last
                let after = text[range.upperBound...].first
                return ![before, after].contains { $0?.isLetter == true || $0 == "_" }
            }
    }

    @Test(
        "Each promise of docs/security.md names the code that keeps it, and the tests that attack it"
    )
    func promises() throws {
        // That the links lead there, and to the names that they give, is looked at with all links.
        let text = Document("docs/security.md").text
        let begin = try #require(text.range(of: "\n## Promises")).upperBound
        let end = try #require(text.range(of: "\n## What is not promised")).lowerBound
        let promises = text[begin..<end].components(separatedBy: "\n\n").dropFirst()
        #expect(promises.count > 8)
        for promise in promises {
            let words = promise.prefix(40)
            #expect(promise.hasPrefix("**"), "\(words)")
            for folder in ["Sources", "Tests"] {
                #expect(promise.contains("](../\(folder)/"), "\(words): no link to \(folder)")
            }
            // What is named without a link would be true for nobody.
            let unlinked = promise.matches(of: /`\w+Tests`(?!\])|`[A-Z]\w+(\/\w+)+`(?!\])/)
            #expect(unlinked.isEmpty, "\(words): \(unlinked.map { String($0.0) })")
        }
    }

    @Test("CONTRIBUTING names no file or folder that is not there")
    func paths() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Document.root.path))
        var known: [[Substring]] = []
        while let path = files.nextObject() as? String {
            if path.hasPrefix(".build") || path == ".git" { files.skipDescendants() }
            known.append(path.split(separator: "/"))
        }
        let named = Document("CONTRIBUTING.md").quoted.filter {
            $0.wholeMatch(of: /[\w.][\w.+*\-]*(\/[\w.+*\-]+)+|[\w+*]+\.(swift|sh|h)/) != nil
                && !$0.hasPrefix("..")
        }
        #expect(named.count > 5)
        for name in named {
            let pattern = name.split(separator: "/")
            #expect(
                known.contains { path in
                    let tail = path.suffix(pattern.count)
                    return tail.count == pattern.count
                        && zip(tail, pattern).allSatisfy(Self.matches)
                }, "\(name)")
        }
    }

    /// Whether a file's name is as a pattern says, in which one `*` stands for anything.
    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return name.count >= head.count + tail.count && name.hasPrefix(head)
            && name.hasSuffix(tail)
    }

    @Test("README.ko.md has README's blocks, each as it is, and a row for each command")
    func translation() throws {
        let (english, korean) = (Document("README.md"), Document("README.ko.md"))
        let (wanted, found) = (english.parts.blocks, korean.parts.blocks)
        try #require(!wanted.isEmpty && wanted.count == found.count)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Self.record(zip(found, wanted), in: korean)
        }
        for (number, (english, korean)) in zip(wanted, found).enumerated() {
            #expect(english == korean, "block \(number + 1): RECORD_GOLDENS=1 takes README's")
        }
        #expect(english.rowNames == korean.rowNames)
        #expect(english.text.ranges(of: "\n## ").count == korean.text.ranges(of: "\n## ").count)
    }

    @Test("No command of a document ends in a comment or has a bare hostlist: zsh takes neither")
    func pasted() {
        var found = 0
        for document in Document.all {
            for command in document.commands {
                found += 1
                let bare = command.replacing(/'[^']*'|"[^"]*"/, with: "x")
                #expect(!bare.contains(" #"), "\(document.path): \(command)")
                #expect(!bare.contains(/[^ ]\[/), "\(document.path): \(command)")
            }
        }
        // A pattern that finds no command any more would find nothing wrong.
        #expect(found > 100)
    }

    @Test("The package that a document names is this version's")
    func package() {
        var named = 0
        for document in Document.all {
            for match in document.text.matches(of: /fleet[_-](\d+\.\d+\.\d+)[_-]amd64/) {
                named += 1
                #expect(match.1 == Version.current, "\(document.path): \(match.0)")
            }
        }
        #expect(named >= 8)
    }

    /// Puts blocks in the place of others.
    private static func record(
        _ blocks: some Sequence<(String, String)>, in document: Document
    ) throws {
        var text = document.text
        for (old, new) in blocks {
            if let place = text.range(of: old) { text.replaceSubrange(place, with: new) }
        }
        try text.write(to: document.file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(document.path)'s blocks")
    }

    @Test("Every JSON golden is as docs/schemas says")
    func schemas() async throws {
        let ran = try await Subprocess.run(
            .path("/usr/bin/python3"),
            arguments: ["\(Document.root.path)/scripts/check-schemas"],
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        #expect(ran.terminationStatus == .exited(0), "\(ran.standardError)")
    }
}
