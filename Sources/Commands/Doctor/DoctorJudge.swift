import FanOut
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// What the doctor concludes from what it saw; asks nobody.
enum DoctorJudge {
    /// The major releases of Slurm in order; a slurmctld understands the two before its own, from 24.11 on three.
    ///
    /// Source: Slurm's upgrade guide.
    static let releases = [
        "20.02", "20.11", "21.08", "22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11",
        "26.05",
    ]

    /// The releases that fleet was tried with, live.
    static let tried = ["22.05", "23.11", "24.11", "25.11", "26.05"]

    /// Seconds that two clocks may differ without a word: what a request and a look take.
    static let smallSkew = 5
    /// Seconds of difference from which Slurm fails: a job's credential lives for 120 (cred_expire).
    static let largeSkew = 120

    /// fleet's libslurm against slurmctld's release.
    ///
    /// - Parameters:
    ///   - library: The release fleet was built for.
    ///   - controller: slurmctld's; nil where it did not answer.
    ///   - beside: What the cluster's own program says instead, and which program that is.
    /// - Returns: The line.
    static func release(
        library: String, controller: String?, beside: (release: String, program: String)? = nil
    ) -> DoctorLine {
        let name = "libslurm"
        guard let release = controller.flatMap({ $0.isEmpty ? nil : $0 }) ?? beside?.release else {
            return DoctorLine(
                name, .unknown, "fleet was built for \(library); slurmctld did not tell its own")
        }
        let (mine, theirs) = (
            ReleaseMismatch.major(library), ReleaseMismatch.major(release)
        )
        let isAnswer = controller?.isEmpty == false
        let whose = isAnswer ? "slurmctld" : beside?.program ?? "scontrol"
        let words = "fleet was built for Slurm \(library), \(whose) is \(release)"
        if mine == theirs { return untried(mine, words) ?? DoctorLine(name, .ok, words) }
        let fix =
            "use a fleet for Slurm \(theirs): fleet's package chooses it by itself; else SLURM_PREFIX=... make release"
        if !isAnswer {
            return DoctorLine(name, .fail, words + ": another Slurm release", fix: fix)
        }
        if let here = releases.firstIndex(of: mine), let there = releases.firstIndex(of: theirs) {
            if here > there {
                return DoctorLine(
                    name, .fail, words + ": an older slurmctld understands no newer libslurm",
                    fix: fix)
            }
            if there - here > (there >= 7 ? 3 : 2) {
                return DoctorLine(
                    name, .fail, words + ": too far apart to understand each other", fix: fix)
            }
        }
        if let untried = untried(theirs, words) { return untried }
        return DoctorLine(name, .warn, words + ": it works, and lacks what is new", fix: fix)
    }

    /// The line for a release that is newer than every one that was tried; nil for the others.
    private static func untried(_ release: String, _ words: String) -> DoctorLine? {
        guard let newest = tried.last,
            // As texts: year and month have two digits each.
            release > newest
        else { return nil }
        return DoctorLine(
            "libslurm", .warn,
            words + ": untried, it is newer than every release that fleet was tried with",
            fix:
                "compare fleet status with sinfo once; fleet was tried with \(tried.joined(separator: ", "))"
        )
    }

    /// Another clock against this machine's.
    ///
    /// - Parameters:
    ///   - name: The line's name.
    ///   - whose: Whose clock it is.
    ///   - clock: What it said, in seconds since 1970; nil where it said nothing.
    ///   - from: When it was asked, by this machine's clock.
    ///   - to: When its answer was there.
    /// - Returns: The line.
    static func clock(
        _ name: String = "clock", of whose: String, _ clock: Int?, from: Int, to: Int
    ) -> DoctorLine {
        guard let clock else { return DoctorLine(name, .unknown, "\(whose) did not tell the time") }
        let skew = clock < from ? clock - from : clock > to ? clock - to : 0
        let fix = "let chrony or systemd-timesyncd set the clocks of all machines"
        let words =
            "\(whose) is \(abs(skew)) s \(skew < 0 ? "behind" : "ahead of") this machine"
        if abs(skew) >= largeSkew {
            return DoctorLine(
                name, .fail, words + ": munge and Slurm's credentials expire", fix: fix)
        }
        if abs(skew) > smallSkew { return DoctorLine(name, .warn, words, fix: fix) }
        return DoctorLine(name, .ok, "\(whose) agrees with this machine's")
    }

    /// What this user may do in Slurm.
    static func rights(user: UInt32, name: String, slurmUser: UInt32?) -> DoctorLine {
        if user == 0 || user == slurmUser {
            return DoctorLine(
                "rights", .ok,
                "\(name): may drain, resume and reboot nodes, and reaches busy and drained ones")
        }
        let words =
            "\(name): an ordinary user; checks reach nodes that take jobs. drain, resume and reboot take root, SlurmUser or AdminLevel Administrator; drained nodes root or SlurmUser"
        return DoctorLine("rights", slurmUser == nil ? .unknown : .ok, words)
    }

    /// Why slurmctld could not be asked.
    static func controller(_ error: SlurmError) -> DoctorLine {
        let number = error.code.map { " (\($0))" } ?? ""
        return DoctorLine(
            "slurmctld", .fail, "cannot \(error.attempt): \(error.cause)\(number)",
            fix: error.remedy)
    }

    /// The folder for runs, as a job on a node saw it.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - report: The job's row; nil where none came.
    /// - Returns: The line.
    static func shared(_ folder: String, _ report: NodeReport?) -> DoctorLine {
        let name = "run directory"
        guard let result = report?.result else {
            return DoctorLine(name, .unknown, "\(folder): the job on a node gave no row")
        }
        let node = result.node
        let why = result.reason.map { ": \($0)" } ?? ""
        let fix = "a folder that every node has at the same path: run_directory in fleet.yaml"
        switch result.outcome {
        case .finished where result.exit?.code == 0:
            let job = result.jobID.map { "job \($0) on \(node)" } ?? node
            return DoctorLine(name, .ok, "\(folder) is shared: \(job) answered through it")
        case .garbled:
            return DoctorLine(
                name, .fail, "\(folder): a job on \(node) ended, and left no answer there\(why)",
                fix: result.remedy ?? fix)
        case .launchFailed:
            return DoctorLine(
                name, .fail, "\(folder): a job on \(node) could not use it\(why)",
                fix: result.remedy ?? fix)
        case .finished, .timedOut, .nodeFailed, .cancelled, .notRun:
            return DoctorLine(
                name, .unknown,
                "\(folder): not proved: the job on \(node) \(result.outcome.words)\(why)",
                fix: result.remedy)
        }
    }

    /// Whether the terminal shows what fleet writes.
    static func locale(_ environment: [String: String]) -> DoctorLine {
        let named = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { name in
                environment[name].flatMap { $0.isEmpty ? nil : (name, $0) }
            }.first
        guard let (name, value) = named else {
            return DoctorLine(
                "locale", .warn, "none is set: reasons that are not ASCII may look wrong",
                fix: "export LANG=C.UTF-8")
        }
        let folded = value.lowercased().filter { $0 != "-" }
        return folded.contains("utf8")
            ? DoctorLine("locale", .ok, "\(name)=\(value)")
            : DoctorLine(
                "locale", .warn, "\(name)=\(value): reasons that are not ASCII may look wrong",
                fix: "export \(name)=C.UTF-8")
    }

    /// One of Slurm's own programs.
    static func program(_ name: String, path: String?, needed: String) -> DoctorLine {
        path.map { DoctorLine(name, .ok, $0) }
            ?? DoctorLine(
                name, .warn, "not in PATH, nor in \(SlurmProgram.folders.joined(separator: ", "))",
                fix: "put Slurm's bin folder into PATH: \(needed)")
    }
}
