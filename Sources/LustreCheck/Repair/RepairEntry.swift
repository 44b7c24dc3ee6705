/// One mount that mount-lustre is to bring up, as a line of fstab has it.
package struct RepairEntry: Codable, Hashable, Sendable {
    /// The source, as in `10.1.30.23@tcp:/fsname`.
    package var source: String
    /// The mount point, absolute, without a trailing slash.
    package var mountPoint: String
    /// The mount options.
    package var options: String

    /// Makes an entry.
    package init(source: String, mountPoint: String, options: String) {
        self.source = source
        self.mountPoint = mountPoint
        self.options = options
    }

    /// As the script takes it; entries stand with `;` between them.
    var words: String { "\(source) \(mountPoint) \(options)" }

    /// Whether a source or a mount point has nothing that separates entries, or means something to a shell.
    ///
    /// - Parameter word: The source or mount point.
    /// - Returns: Whether it can be sent.
    package static func isPlain(_ word: String) -> Bool {
        !word.contains { $0.isWhitespace || ";*?[\\'\"$`".contains($0) }
    }

    /// Whether a source has nothing of that kind; the brackets of an IPv6 address mean nothing there.
    ///
    /// - Parameter source: The source.
    /// - Returns: Whether it can be sent.
    package static func isPlainSource(_ source: String) -> Bool {
        isPlain(source.replacing(/\[([0-9A-Fa-f]*:[0-9A-Fa-f:]*)\]/) { $0.1 })
    }

    /// The Lustre lines of an fstab, in its order.
    ///
    /// A line with a source or mount point that is not plain is left out, as is one that breaks off.
    package static func lines(ofTable text: String) -> [RepairEntry] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard fields.count >= 4, !fields[0].hasPrefix("#"), fields[2] == "lustre",
                isPlainSource(fields[0]), isPlain(fields[1]), !fields[3].contains(";"),
                fields[1].hasPrefix("/")
            else { return nil }
            let names = fields[1].split(separator: "/")
            return RepairEntry(
                source: fields[0], mountPoint: "/" + names.joined(separator: "/"),
                options: fields[3])
        }
    }
}
