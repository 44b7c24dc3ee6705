import FanOut
import FoundationEssentials
import Platform
package import Verdicts

/// All runs that are kept below one folder.
package struct RunCatalog: Sendable {
    /// The folder, absolute.
    package let base: String
    private let kinds: ProbeKinds

    /// Names the folder; it need not exist.
    ///
    /// - Parameters:
    ///   - base: The folder, absolute.
    ///   - kinds: What its runs may have asked.
    package init(base: String, kinds: ProbeKinds) {
        self.base = base
        self.kinds = kinds
    }

    /// The runs, oldest first: a run's name begins with its time.
    ///
    /// - Throws: A ``RunStoreError`` where the folder is there and cannot be read.
    package func runs() throws(RunStoreError) -> [StoredRun] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: base)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        } catch {
            throw RunStoreError(
                .file, attempt: "list the runs in \(base)", cause: FileProblem.words(error))
        }
        return names.sorted().map { StoredRun(RunDirectory(path: "\(base)/\($0)"), kinds: kinds) }
            .filter { FileManager.default.fileExists(atPath: $0.directory.path + "/run.json") }
    }

    /// The run of a name: `last`, a whole name, or the beginning or the end of one that no other run shares.
    ///
    /// - Throws: A ``RunStoreError`` where there is none, or more than one.
    package func run(named name: String) throws(RunStoreError) -> StoredRun {
        let runs = try runs()
        let attempt = "find run '\(name)' in \(base)"
        let remedy = "'fleet runs' lists the runs."
        if name == "last" {
            guard let last = runs.last else {
                throw RunStoreError(.notFound, attempt: attempt, cause: "no run is kept there")
            }
            return last
        }
        if let exact = runs.first(where: { $0.id == name }) { return exact }
        let fitting =
            name.isEmpty ? [] : runs.filter { $0.id.hasPrefix(name) || $0.id.hasSuffix(name) }
        guard let only = fitting.first else {
            throw RunStoreError(
                .notFound, attempt: attempt, cause: "there is no such run", remedy: remedy)
        }
        guard fitting.count == 1 else {
            let names = fitting.prefix(4).map(\.id).joined(separator: ", ")
            throw RunStoreError(
                .notFound, attempt: attempt, cause: "\(fitting.count) runs fit: \(names)",
                remedy: remedy)
        }
        return only
    }
}
