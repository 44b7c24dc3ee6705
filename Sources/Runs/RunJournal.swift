package import FanOut
import FoundationEssentials
import Platform
import Synchronization
import SystemPackage
package import Verdicts

/// The run's journal: a line for every job that was submitted and every row that was given out.
///
/// Each line is written at once, so that a fleet that is killed leaves all it knew.
package final class RunJournal: Sendable {
    private let file: FileDescriptor
    private let failure = Mutex<String?>(nil)

    /// Opens or makes the file; lines are added at its end.
    ///
    /// - Throws: What the system says.
    init(_ directory: RunDirectory) throws {
        // A fleet that was killed within a line must not cost the next one its first.
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

    /// Adds a line; why lines could not be written is kept for ``problem``.
    package func write(_ entry: JournalEntry) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            try file.writeAll(Array(try encoder.encode(Self.slim(entry))) + [UInt8(ascii: "\n")])
        } catch {
            failure.withLock { $0 = $0 ?? FileProblem.words(error) }
        }
    }

    /// Why the journal is not whole; nil where it is.
    package var problem: String? { failure.withLock { $0 } }

    /// Streams lie beside the journal already; nodes are in the targets' file.
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
    /// A target is done; its streams are in its record, and where there is none, with the row.
    case row(NodeReport)
}
