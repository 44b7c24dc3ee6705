package import FanOut
import FoundationEssentials
import Platform
import Synchronization
import SystemPackage
package import Verdicts

/// The run's journal: a line for every job that was submitted and every row that was given out.
///
/// Each line is written at once, so that nothing is lost when fleet is killed.
package final class RunJournal: Sendable {
    private let file: FileDescriptor
    private let failure = Mutex<String?>(nil)

    /// Opens or makes the file; lines are added at its end.
    ///
    /// - Throws: The error of the system.
    init(_ directory: RunDirectory) throws {
        // When a killed fleet left half a line, a line end comes first, so that the next line stays readable.
        let isTorn: Bool
        if let known = try directory.range("journal.jsonl") {
            let last = try known.bytes(from: known.size - 1, count: 1)
            isTorn = last.first.map { $0 != UInt8(ascii: "\n") } ?? false
        } else {
            isTorn = false
        }
        file = try directory.open("journal.jsonl", .writeOnly, [.create, .append])
        if isTorn { try file.writeAll("\n".utf8) }
    }

    deinit { try? file.close() }

    /// Adds a line; if it cannot be written, ``problem`` keeps the reason.
    package func write(_ entry: JournalEntry) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            try file.writeAll(Array(try encoder.encode(Self.slim(entry))) + [UInt8(ascii: "\n")])
        } catch {
            failure.withLock { $0 = $0 ?? FileProblem.words(error) }
        }
    }

    /// Why the journal is incomplete; nil when it is complete.
    package var problem: String? { failure.withLock { $0 } }

    /// The entry without streams and nodes: the records and the targets file hold these already.
    private static func slim(_ entry: JournalEntry) -> JournalEntry {
        guard case .row(var report) = entry else { return entry }
        report.node = nil
        (report.result.stdout, report.result.stderr) = ([], [])
        return .row(report)
    }
}

/// One line of a run's journal.
package enum JournalEntry: Codable, Hashable, Sendable {
    /// A job was submitted for a node.
    case submitted(node: String, SubmittedJob)
    /// A `srun` was started for a node.
    case started(node: String, launcher: Launcher, attempt: Int)
    /// A target is done; its streams are in its record, or in this row when there is no record.
    case row(NodeReport)
}
