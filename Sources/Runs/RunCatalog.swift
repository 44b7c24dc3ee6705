import FanOut
import FoundationEssentials
import Platform
package import Verdicts
package import Glibc
import SystemPackage

/// All runs that are kept below one folder.
package struct RunCatalog: Sendable {
    /// The folder, absolute.
    package let base: String
    private let kinds: ProbeKinds

    /// Names the folder; it need not exist.
    ///
    /// - Parameters:
    ///   - base: The folder, absolute.
    ///   - kinds: The kinds of probe that its runs may have.
    package init(base: String, kinds: ProbeKinds) {
        self.base = base
        self.kinds = kinds
    }

    /// The runs in the folder.
    package struct Listing: Sendable {
        /// The caller's own runs, oldest first: a run's name begins with its time.
        package var runs: [StoredRun] = []
        /// The names of folders that look like runs and belong to other users, by the user's number.
        package var strangers: [uid_t: [String]] = [:]
    }

    /// The caller's own runs, oldest first.
    ///
    /// - Throws: A ``RunStoreError`` where the folder is there and cannot be read, or cannot be trusted.
    package func runs() throws(RunStoreError) -> [StoredRun] { try listing().runs }

    /// Looks at every folder that may be a run, and sorts the folders by owner, not by what their files say.
    ///
    /// - Throws: A ``RunStoreError`` where the folder is there and cannot be read, or cannot be trusted.
    package func listing() throws(RunStoreError) -> Listing {
        var listing = Listing()
        do {
            guard let folder = try RunBase.open(base) else { return listing }
            for name in try folder.names().sorted() {
                // A name that begins with a dot is no run: fleet doctor and unfinished runs use such names.
                guard !name.hasPrefix("."), let facts = folder.facts(name) else { continue }
                // A link is not listed: a run's folder is a real folder.
                guard facts.type == .directory else { continue }
                guard facts.userID.rawValue == geteuid() else {
                    if RunID.isName(name) {
                        listing.strangers[facts.userID.rawValue, default: []].append(name)
                    }
                    continue
                }
                let directory = RunDirectory(name, in: folder, path: base)
                if directory.has("run.json") {
                    listing.runs.append(StoredRun(directory, kinds: kinds))
                }
            }
        } catch {
            throw RunStoreError(
                .file, attempt: "list the runs in \(base)", cause: FileProblem.words(error))
        }
        return listing
    }

    /// Finds a run by `last`, by its full name, or by a unique beginning or end of the name.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - cluster: Whose last run is meant by `last`, by its ClusterName: two clusters may share a home; nil for
    ///     whichever.
    /// - Returns: The run.
    /// - Throws: A ``RunStoreError`` where there is none, or more than one.
    package func run(
        named name: String, cluster: String? = nil
    ) throws(RunStoreError) -> StoredRun {
        let listing = try listing()
        let runs = listing.runs
        let attempt = "find run '\(name)' in \(base)"
        let remedy = "'fleet runs' lists the runs."
        if name == "last" {
            let last = runs.last { run in
                // A run that cannot be read is reported by the code that uses it.
                guard let cluster, let manifest = try? run.manifest() else { return true }
                return manifest.cluster == cluster
            }
            guard let last else {
                let whose = runs.isEmpty ? "" : " of cluster '\(cluster ?? "")'"
                throw RunStoreError(
                    .notFound, attempt: attempt, cause: "no run\(whose) is kept there")
            }
            return last
        }
        if let exact = runs.first(where: { $0.id == name }) { return exact }
        let fitting =
            name.isEmpty ? [] : runs.filter { $0.id.hasPrefix(name) || $0.id.hasSuffix(name) }
        let foreign = listing.strangers.first { $0.value.contains(name) }
        if fitting.isEmpty, let foreign {
            let owner = Users.name(of: foreign.key)
            throw RunStoreError(
                .otherUser, attempt: attempt,
                cause: "it belongs to \(owner), and only its owner's fleet uses it",
                remedy: "Do it as that user.")
        }
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
