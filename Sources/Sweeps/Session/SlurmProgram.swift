import FoundationEssentials
import SlurmKit
package import SlurmModel

/// Finds one of Slurm's own programs on this machine.
package enum SlurmProgram {
    /// Looks in the caller's PATH, then where fleet's Slurm and others are installed.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - environment: The caller's variables.
    ///   - folders: Where to look after PATH.
    /// - Returns: An absolute path; nil where there is none.
    package static func find(
        _ name: String, environment: [String: String], folders: [String] = Self.folders
    ) -> String? {
        let named = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        // Relative folders in PATH are skipped, because they depend on the folder that fleet is called from.
        return (named.filter { $0.hasPrefix("/") } + folders).lazy.map { "\($0)/\(name)" }
            .first(where: isProgram)
    }

    /// Throws when a needed program is not installed.
    ///
    /// - Throws: A ``SlurmError``.
    package static func check(
        _ name: String, attempt: String, _ environment: [String: String]
    ) throws(SlurmError) {
        guard find(name, environment: environment) == nil else { return }
        throw SlurmError(
            kind: .configuration, attempt: attempt,
            cause: "there is no \(name) in PATH, nor in \(folders.joined(separator: ", "))",
            remedy: "Put Slurm's bin folder into PATH.")
    }

    /// Where Slurm's tools lie, most likely first.
    package static let folders: [String] = {
        let prefix = SlurmLibrary.prefix.map { ["\($0)/bin"] } ?? []
        return prefix + ["/usr/bin", "/opt/slurm/bin"].filter { !prefix.contains($0) }
    }()

    private static func isProgram(_ path: String) -> Bool {
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        let type = try? FileManager.default.attributesOfItem(atPath: file)[.type]
        return type as? FileAttributeType == .typeRegular
            && FileManager.default.isExecutableFile(atPath: file)
    }
}
