/// One mount for mount-lustre to set up, with the fields of a line in fstab.
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

    /// The entry in the form that the script reads; `;` separates entries.
    var words: String { "\(source) \(mountPoint) \(options)" }

    /// Whether a source or a mount point is free of characters that separate entries or have a meaning in a shell.
    ///
    /// - Parameter word: The source or mount point.
    /// - Returns: Whether it can be sent.
    package static func isPlain(_ word: String) -> Bool {
        !word.contains { $0.isWhitespace || ";*?[\\'\"$`".contains($0) }
    }

    /// Whether a source is free of such characters; the brackets of an IPv6 address are allowed.
    ///
    /// - Parameter source: The source.
    /// - Returns: Whether it can be sent.
    package static func isPlainSource(_ source: String) -> Bool {
        isPlain(source.replacing(/\[([0-9A-Fa-f]*:[0-9A-Fa-f:]*)\]/) { $0.1 })
    }

    /// The Lustre lines of an fstab, in its order.
    ///
    /// A line is skipped when it is incomplete, or when its source or mount point cannot be sent.
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
