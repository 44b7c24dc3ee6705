/// What a record must contain to be trusted: the right run, node and job, and the run's secret.
package struct RecordKey: Hashable, Sendable {
    /// The run.
    package var run: String
    /// The node the payload was sent to.
    package var node: String
    /// The run's nonce: 32 hexadecimal digits that no other run has.
    package var nonce: String
    /// The job that ran it, as text; ``local`` without a job; for a step the launcher and the attempt, as in
    /// `direct-1`.
    package var job: String

    /// Stands for the job where there is none, or where only the node knows its number.
    package static let local = "local"

    /// Makes a key.
    package init(run: String, node: String, nonce: String, job: String) {
        self.run = run
        self.node = node
        self.nonce = nonce
        self.job = job
    }

    /// The record's file in the records folder.
    var fileName: String { "\(node).\(job)" }

    /// The first line of a record that came back on standard output: the payload is about to begin.
    var beginning: String { "fleet-begun/1 \(nonce)\n" }

    /// The beginning of a line that reports a stage; such lines follow the first line until the payload has ended.
    private static let stageMark = Array("fleet-stage/1 ".utf8)

    /// The stages that a stream reports from an offset on, up to the first line that is not a stage.
    func stages(in head: [UInt8], from offset: Int) -> [String] {
        lines(in: head, from: offset).compactMap {
            RecordScan.words(String(decoding: $0.dropFirst(Self.stageMark.count), as: UTF8.self))
        }
    }

    /// Where each stage line ends in a stream's first bytes: the payload's own output may begin at any of these
    /// places.
    func stageEnds(in head: [UInt8], from offset: Int) -> [Int] {
        lines(in: head, from: offset).map { $0.endIndex + 1 }
    }

    private func lines(in head: [UInt8], from offset: Int) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = head[offset...]
        while rest.starts(with: Self.stageMark),
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        {
            lines.append(rest[..<end])
            rest = rest[(end + 1)...]
        }
        return lines
    }

    /// Where the line ``beginning`` ends in a stream's first bytes; nil when it is not there.
    func begun(in head: [UInt8]) -> Int? {
        let line = Array(beginning.utf8)
        guard head.count >= line.count else { return nil }
        return (0...(head.count - line.count)).first { head[$0...].starts(with: line) }.map {
            $0 + line.count
        }
    }
}
