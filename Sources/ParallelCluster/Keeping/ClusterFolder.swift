import FoundationEssentials

/// The files that fleet keeps about a cluster: `~/.fleet/clusters/NAME/STACK/`, readable only by their owner.
///
/// When the home cannot be written, nothing is kept, but the command still works.
package struct ClusterFolder: Sendable {
    /// The folder of one stack.
    package let path: String

    /// Names the folder.
    ///
    /// - Parameters:
    ///   - home: The user's home.
    ///   - name: The cluster.
    ///   - stackID: The stack's ARN, whose last part is the folder's name; nil while it is not known.
    package init(home: String, name: String, stackID: String?) {
        let stack = stackID?.split(separator: "/").last.map(String.init) ?? "unknown"
        // AWS chose both names, so characters that are unsafe in a path are removed.
        path = "\(home)/.fleet/clusters/\(Self.safe(name))/\(Self.safe(stack))"
    }

    private static func safe(_ text: String) -> String {
        let kept = text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return kept.isEmpty ? "unnamed" : String(kept.prefix(128))
    }

    /// Keeps a text.
    ///
    /// - Returns: Whether it is kept.
    @discardableResult
    package func keep(_ text: String, as name: String) -> Bool {
        do {
            try PrivateFile.makeFolder(path)
            try PrivateFile.write(text, to: "\(path)/\(name)")
            return true
        } catch {
            return false
        }
    }

    /// The text that was kept under a name; nil without one.
    package func kept(_ name: String) -> String? {
        (try? PrivateFile.read("\(path)/\(name)")) ?? nil
    }

    /// The existing folders of a cluster's stacks.
    static func all(home: String, name: String) -> [String] {
        let folder = "\(home)/.fleet/clusters/\(safe(name))"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .map { "\(folder)/\($0)" }
    }

    /// How long the operator's own creations took, in seconds; empty when none was kept.
    package static func durations(home: String) -> [Int] {
        let top = "\(home)/.fleet/clusters"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
        return names.flatMap { all(home: home, name: $0) }.compactMap { path in
            let text = (try? PrivateFile.read("\(path)/duration")) ?? nil
            return text.flatMap { Int($0.trimmingBlanks()) }
        }
    }

    /// The median of a user's own creations, in minutes and at least one; nil when none was kept.
    package static func usualMinutes(home: String) -> Int? {
        let own = durations(home: home).sorted()
        return own.isEmpty ? nil : max(1, own[own.count / 2] / 60)
    }
}
