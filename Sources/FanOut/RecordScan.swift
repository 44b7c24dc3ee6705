/// The result of one listing of the run directory.
package struct RecordScan: Hashable, Sendable {
    /// The whole records, as `NODE.JOB`.
    package var finished: Set<String>
    /// The payloads that were started, as `NODE.JOB`.
    package var started: Set<String>

    /// The last stage of each payload, by `NODE.JOB`; most payloads report none.
    package var stages: [String: String] = [:]

    /// The text between `NODE.JOB` and the words of a stage in a file name.
    static let stageMark = ".stage."

    /// Makes a scan.
    package init(finished: Set<String> = [], started: Set<String> = []) {
        self.finished = finished
        self.started = started
    }

    /// Sorts the names of the files in the records folder.
    ///
    /// A name that begins with a dot belongs to a payload that still runs: `.NODE.JOB.out` appears when the payload
    /// starts, `.NODE.JOB.stage.WORDS` says which stage it has reached.
    package init(fileNames: some Sequence<String>) {
        self.init()
        for name in fileNames {
            if !name.hasPrefix(".") {
                finished.insert(name)
            } else if name.hasSuffix(".out") {
                started.insert(String(name.dropFirst().dropLast(4)))
            } else if let mark = name.firstRange(of: Self.stageMark) {
                stages[String(name[..<mark.lowerBound].dropFirst())] = Self.words(
                    name[mark.upperBound...])
            }
        }
    }

    /// The words of a stage; nil for a text that no payload of fleet writes.
    static func words(_ text: some StringProtocol) -> String? {
        let isPlain = text.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "-") }
        guard isPlain, !text.isEmpty, text.utf8.count <= 60 else { return nil }
        return text.split(separator: "-").joined(separator: " ")
    }
}
