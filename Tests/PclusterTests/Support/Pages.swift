import Foundation
import Testing

/// docs/cluster.md against what the commands in it really printed: no output there is composed.
actor Pages {
    private var printed: [String: [String]] = [:]

    /// Keeps what a command printed, by the line that the page has for it.
    func keep(_ line: String, _ ran: Ran, home: String) {
        let text = Steady.text(ran.out + "\n" + ran.err, home: home)
        printed[line, default: []] += text.split(whereSeparator: \.isNewline).map(Self.plain)
        guard let folder = ProcessInfo.processInfo.environment["FLEET_KEEP_PAGES"] else { return }
        let name = line.replacing(" ", with: "_").replacing("/", with: "_")
        try? (ran.out + "---\n" + ran.err).write(
            toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
    }

    /// Blanks do not count, since columns are as wide as their widest cell; and the page's commands are typed at home.
    private static func plain(_ line: some StringProtocol) -> String {
        line.split(separator: " ").joined(separator: " ")
            .replacing("~/", with: "").replacing("/home/operator/", with: "")
    }

    /// Holds the page against what was printed: every output line of it must be among its command's.
    ///
    /// `...` alone stands for lines that are left out, and at a
    /// line's end for the rest of that line.
    ///
    /// - Parameter others: Commands of the page that other suites run; those hold theirs by themselves. Nil where this is
    ///   such a suite.
    /// - Throws: What reading the page throws.
    func check(others: Set<String>?) throws {
        let page = try String(
            contentsOfFile: Place.repository + "/docs/cluster.md", encoding: .utf8)
        var command: String?
        var seen = 0
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("    ") else {
                command = nil
                continue
            }
            let text = line.dropFirst(4)
            if text.hasPrefix("$ ") {
                command = text.hasPrefix("$ fleet-cluster ") ? Self.command(of: text) : nil
                continue
            }
            guard let command, text != "..." else { continue }
            if printed[command] == nil, others?.contains(command) ?? true { continue }
            seen += 1
            let wanted = Self.plain(Steady.text(String(text), home: "~"))
            #expect(
                printed[command]?.contains { Self.fits(wanted, $0) } == true,
                "docs/cluster.md, fleet-cluster \(command): \(wanted)")
        }
        #expect(
            seen > (others == nil ? 0 : 30),
            "the page has \(seen) lines of output: is this the right page?")
    }

    private static func command(of text: Substring) -> String {
        let words = text.dropFirst("$ fleet-cluster ".count)
        let end = words.range(of: "  #")?.lowerBound ?? words.endIndex
        return String(words[..<end]).trimmingCharacters(in: .whitespaces)
    }

    private static func fits(_ wanted: String, _ found: String) -> Bool {
        wanted.hasSuffix("...")
            ? found.hasPrefix(wanted.dropLast(3).trimmingCharacters(in: .whitespaces))
            : found == wanted
    }
}
