import FanOut
import FoundationEssentials
import SlurmKit
import SlurmModel

/// Finds `srun` on this machine; the payload's PATH is not used, because it lacks /opt/slurm.
enum SrunProgram {
    /// Looks in the caller's PATH, then where fleet's Slurm and others are installed.
    ///
    /// - Parameters:
    ///   - environment: The caller's variables.
    ///   - folders: Where to look after PATH.
    /// - Returns: An absolute path; nil where there is none.
    static func find(
        environment: [String: String], folders: [String] = SlurmProgram.folders
    ) -> String? {
        SlurmProgram.find("srun", environment: environment, folders: folders)
    }

    /// Throws when a run needs srun and this machine has none.
    ///
    /// - Throws: A ``SlurmError``.
    static func check(
        via: LauncherChoice, environment: [String: String], folders: [String] = SlurmProgram.folders
    ) throws(SlurmError) {
        guard via == .srun || via == .direct,
            find(environment: environment, folders: folders) == nil
        else { return }
        throw SlurmError(
            kind: .configuration, attempt: "reach nodes with --via \(via.rawValue)",
            cause: "there is no srun in PATH, nor in \(folders.joined(separator: ", "))",
            remedy: "Put Slurm's bin folder into PATH, or use --via job.")
    }
}
