import FanOut
import FoundationEssentials
import Platform
import Synchronization
import SystemPackage
import Verdicts

/// The run's journal: a line for every job that was submitted and every row that was given out.
///
/// Each line is written at once, so that a fleet that is killed leaves all it knew.
package final class RunJournal: Sendable {
    private let file: FileDescriptor
    private let failure = Mutex<String?>(nil)

    /// Opens or makes the file; lines are added at its end.
    ///
    /// - Throws: What the system says.
    init(path: String) throws {
        // A fleet that was killed within a line must not cost the next one its first.
        let known = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        let isTorn = known?.last.map { $0 != UInt8(ascii: "\n") } ?? false
        file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec],
            permissions: .ownerReadWrite)
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
