import SlurmKit
import Sweeps
import Terminal
import Verdicts

/// Whether munge makes and reads credentials on this machine.
struct MungeTrial {
    /// munge's socket; nil for its own.
    let socket: String?
    /// How Slurm's parts trust each other.
    let authType: String?

    /// Seconds each of the two programs gets.
    private static let patience = 3.0
    private static let name = "munge"

    /// Makes a credential, and reads it.
    func line() async -> DoctorLine {
        if let authType, !authType.lowercased().hasSuffix("munge") {
            return DoctorLine(Self.name, .ok, "not used here: AuthType=\(authType)")
        }
        guard let munge = Self.find("munge"), let unmunge = Self.find("unmunge") else {
            return DoctorLine(
                Self.name, .unknown, "there is no munge or no unmunge in /usr/bin",
                fix: "install the package munge, if this machine is to reach slurmctld")
        }
        let options = socket.map { ["-S", $0] } ?? []
        guard
            let made = try? await BoundedProgram.run(
                munge, ["-n"] + options, seconds: Self.patience)
        else { return failure("munge does not answer") }
        guard made.isSuccess else { return failure(made.firstLine) }
        guard
            let read = try? await BoundedProgram.run(
                unmunge, options, input: made.output, seconds: Self.patience)
        else { return failure("unmunge does not answer") }
        guard read.isSuccess else { return failure(read.firstLine) }
        let where_ = socket.map { " (\($0))" } ?? ""
        return DoctorLine(Self.name, .ok, "makes and reads credentials\(where_)")
    }

    private func failure(_ said: String) -> DoctorLine {
        DoctorLine(
            Self.name, .fail,
            TerminalText.visible(said.isEmpty ? "it failed, without a word" : said),
            fix: "systemctl status munge; the same /etc/munge/munge.key on every machine")
    }

    private static func find(_ name: String) -> String? {
        SlurmProgram.find(name, environment: [:], folders: ["/usr/bin", "/usr/local/bin", "/bin"])
    }
}
