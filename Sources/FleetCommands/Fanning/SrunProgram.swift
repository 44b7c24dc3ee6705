import FleetCore
import FoundationEssentials
import SlurmKit
import SlurmModel

/// Where `srun` lies on this machine: the payload's PATH is another matter, and knows no /opt/slurm.
enum SrunProgram {
    /// Looks in the caller's PATH, then where fleet's Slurm and others are installed.
    ///
    /// - Parameters:
    ///   - environment: The caller's variables.
    ///   - folders: Where to look after PATH.
    /// - Returns: An absolute path; nil where there is none.
    static func find(
        environment: [String: String], folders: [String] = Self.folders
    ) -> String? {
        let named = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        // What is relative would mean another file in every folder that fleet is called from.
        return (named.filter { $0.hasPrefix("/") } + folders).lazy.map { $0 + "/srun" }
            .first(where: isProgram)
    }

    /// Refuses a run that asks for srun on a machine that has none.
    ///
    /// - Throws: A ``SlurmError``.
    static func check(
        via: LauncherChoice, environment: [String: String], folders: [String] = Self.folders
    ) throws(SlurmError) {
        guard via == .srun || via == .direct,
            find(environment: environment, folders: folders) == nil
        else { return }
        throw SlurmError(
            kind: .configuration, attempt: "reach nodes with --via \(via.rawValue)",
            cause: "there is no srun in PATH, nor in \(folders.joined(separator: ", "))",
            remedy: "Put Slurm's bin folder into PATH, or use --via job.")
    }

    /// Where Slurm's tools lie, most likely first.
    private static let folders: [String] = {
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
