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

    /// The Lustre lines of an fstab, in its order.
    ///
    /// A line with a character that has a meaning between entries (`;`) is left out, as is one that breaks off.
    package static func lines(ofTable text: String) -> [RepairEntry] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard fields.count >= 4, !fields[0].hasPrefix("#"), fields[2] == "lustre",
                !line.contains(";"), fields[1].hasPrefix("/")
            else { return nil }
            let names = fields[1].split(separator: "/")
            return RepairEntry(
                source: fields[0], mountPoint: "/" + names.joined(separator: "/"),
                options: fields[3])
        }
    }
}
