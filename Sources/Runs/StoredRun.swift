package import FanOut
import FoundationEssentials
import Platform
import SystemPackage
package import Verdicts

/// One run on disk: written by the fleet that watches it, read by any other.
package struct StoredRun: Sendable {
    /// Its folder.
    package let directory: RunDirectory
    /// The kinds of probe that a run may have.
    private let kinds: ProbeKinds

    /// Takes a folder that exists.
    ///
    /// - Parameters:
    ///   - directory: The folder.
    ///   - kinds: The kinds of probe that a run may have; a manifest of another kind cannot be read.
    package init(_ directory: RunDirectory, kinds: ProbeKinds) {
        self.directory = directory
        self.kinds = kinds
    }

    /// The run's name.
    package var id: String {
        directory.path.split(separator: "/").last.map(String.init) ?? directory.path
    }

    /// The folder in which it is kept.
    package var base: String {
        FilePath(directory.path).removingLastComponent().string
    }

    // MARK: - Writing

    /// Writes what was asked, before anything is sent.
    ///
    /// - Throws: A ``RunDirectoryError``.
    package func begin(
        _ manifest: RunManifest, targets: [Target]
    ) throws(RunDirectoryError) {
        do {
            // The targets are written first, because a run counts as existing once its manifest is there.
            try directory.write(Self.bytes(targets), to: "targets.json")
            try directory.write(Self.bytes(manifest.kept), to: "run.json")
        } catch {
            throw RunDirectoryError(path: directory.path, cause: FileProblem.words(error))
        }
    }

    /// Opens the journal for this run's lines.
    ///
    /// - Throws: A ``RunDirectoryError``.
    package func journal() throws(RunDirectoryError) -> RunJournal {
        do {
            return try RunJournal(directory)
        } catch {
            throw RunDirectoryError(path: directory.path, cause: FileProblem.words(error))
        }
    }

    /// Writes how the run ended.
    ///
    /// - Throws: The error of the system.
    package func finish(_ summary: RunSummaryFile) throws {
        try directory.write(Self.bytes(summary), to: "summary.json")
    }

    // MARK: - Reading

    /// What the run asked of its nodes.
    ///
    /// - Throws: A ``RunStoreError``.
    package func manifest() throws(RunStoreError) -> RunManifest {
        // Reads only the schema first: the manifest of another release may have other fields.
        let header: Header = try read("run.json")
        guard header.schema == RunManifest.currentSchema else {
            throw RunStoreError(
                .file, attempt: "read run \(id)",
                cause: "it was written by another release of fleet (\(header.schema))")
        }
        let manifest: RunManifest = try read("run.json")
        guard manifest.numbers.allSatisfy(Self.possible.contains) else {
            throw unreadable("run.json", Self.damaged)
        }
        return manifest
    }

    /// The nodes, and what was decided for each.
    ///
    /// - Throws: A ``RunStoreError``.
    package func targets() throws(RunStoreError) -> [Target] {
        try read("targets.json")
    }

    /// How it ended; nil while it runs, and when its fleet was killed.
    package func summary() -> RunSummaryFile? {
        let summary: RunSummaryFile? = try? read("summary.json")
        guard let summary, summary.numbers.allSatisfy(Self.possible.contains) else { return nil }
        return summary
    }

    /// The times and counts that a document may have: those of a damaged one would not fit into a sum.
    private static let possible = 0...1 << 40

    /// When the journal was last written, in seconds since 1970; a clock that is ahead of this one is none.
    package var lastWritten: Int {
        let facts = try? FileManager.default.attributesOfItem(
            atPath: directory.path + "/journal.jsonl")
        let written = facts?[.modificationDate] as? Date ?? .distantPast
        return Int(min(written, Date()).timeIntervalSince1970)
    }

    /// The journal's whole lines; one that is still being written is left out.
    ///
    /// - Throws: A ``RunStoreError``.
    package func entries() throws(RunStoreError) -> [JournalEntry] {
        try entries(from: 0).entries
    }

    /// The journal's whole lines from an offset in bytes, and where to go on.
    ///
    /// - Throws: A ``RunStoreError``.
    package func entries(
        from offset: Int
    ) throws(RunStoreError) -> (entries: [JournalEntry], next: Int) {
        let data: [UInt8]
        do {
            guard let file = try directory.range("journal.jsonl"), file.size > offset else {
                return ([], offset)
            }
            guard file.size - offset <= Self.journalLimit else {
                throw FolderProblem.tooLarge(
                    "the journal", size: file.size, most: Self.journalLimit)
            }
            data = try file.bytes(from: offset, count: file.size - offset)
        } catch Errno.noSuchFileOrDirectory {
            return ([], offset)
        } catch {
            throw unreadable("journal.jsonl", FileProblem.words(error))
        }
        guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return ([], offset) }
        let decoder = JSONDecoder()
        let lines = data[...end].split(separator: UInt8(ascii: "\n"))
        let entries = lines.compactMap { try? decoder.decode(JournalEntry.self, from: Data($0)) }
        return (entries, offset + end + 1)
    }

    /// How much of a journal is read at once, in bytes: 10,000 rows with all the findings that a row may have.
    private static let journalLimit = 1 << 30

    /// A row with its streams: from the node's record, or from what its payload had written before it was ended.
    package func withStreams(_ report: NodeReport, plan: RunPlan) -> NodeReport {
        var report = report
        let node = report.result.node
        if let name = report.result.recordName,
            let record = try? directory.record(for: plan.key(node: node, job: name))
        {
            (report.result.stdout, report.result.stderr) = (record.stdout, record.stderr)
            report.result.cut = record.cut
        } else if let job = report.result.jobID {
            (report.result.stdout, report.result.stderr) = directory.partialOutput(
                node: node, job: String(job))
        }
        return report
    }

    /// The field that every document of a run begins with.
    private struct Header: Decodable {
        let schema: String
    }

    private func read<Document: Decodable>(_ name: String) throws(RunStoreError) -> Document {
        do {
            guard let data = try directory.read(name) else {
                throw RunStoreError(
                    .notFound, attempt: "read run \(id)", cause: "it has no \(name)",
                    remedy: "'fleet runs' lists the runs.")
            }
            let decoder = JSONDecoder()
            decoder.userInfo = kinds.userInfo
            return try decoder.decode(Document.self, from: data)
        } catch let error as RunStoreError {
            throw error
        } catch is DecodingError {
            throw unreadable(name, Self.damaged)
        } catch {
            throw unreadable(name, FileProblem.words(error))
        }
    }

    private static let damaged = "it is damaged, or another release of fleet wrote it"

    private func unreadable(_ name: String, _ cause: String) -> RunStoreError {
        RunStoreError(.file, attempt: "read \(directory.path)/\(name)", cause: cause)
    }

    private static func bytes(_ document: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
    }
}
