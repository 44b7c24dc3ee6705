import Configuration
import FoundationEssentials
import Glibc
import Platform
import Probes
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// Looks at everything fleet needs, one after the other what depends on each other, the rest at once.
struct Doctor {
    let environment: [String: String]
    /// Where a flag says that runs are kept.
    let runDir: String?
    /// Whether a job may be sent to a node.
    let sendsJob: Bool

    /// The lines, in the order in which things depend on each other.
    func lines() async -> [DoctorLine] {
        let found = Result { try SlurmConfiguration.locate(environment: environment) }
        var lines: [DoctorLine] = []
        switch found {
        case .success(let slurm):
            lines.append(
                DoctorLine(
                    "slurm.conf", .ok,
                    "\(slurm.path): cluster \(slurm.clusterName), slurmctld on \(slurm.controllers.joined(separator: ", "))"
                ))
            lines += settings(slurm)
            async let munge = MungeTrial(socket: slurm.mungeSocket, authType: slurm.authType).line()
            let from = Int(Date().timeIntervalSince1970)
            let answer = await SlurmAnswer.askOutside(slurm)
            lines.append(await munge)
            lines += judged(answer, slurm, from: from)
            lines += programs
            lines += await folder(isControllerUp: answer.facts != nil)
        case .failure(let error):
            lines.append(noConfiguration(error))
            lines += settings(nil)
            lines.append(await MungeTrial(socket: nil, authType: nil).line())
            lines.append(
                DoctorLine(
                    "slurmctld", .unknown, "not asked: without slurm.conf nobody knows where"))
            lines += programs
            lines += await folder(isControllerUp: false)
        }
        lines.append(history(cluster: try? found.get().clusterName))
        lines.append(DoctorJudge.locale(environment))
        return lines
    }

    private func noConfiguration(_ error: any Error) -> DoctorLine {
        guard let error = error as? SlurmError else {
            return DoctorLine("slurm.conf", .fail, "\(error)")
        }
        return DoctorLine(
            "slurm.conf", .fail, "cannot \(error.attempt): \(error.cause)", fix: error.remedy)
    }

    private func settings(_ slurm: SlurmConfiguration?) -> [DoctorLine] {
        do throws(ConfigurationError) {
            _ = try ConfigurationLoader.load(
                environment: environment, slurmFolder: slurm?.folder, findings: .standard)
            let files = ConfigurationLoader.paths(
                environment: environment, slurmFolder: slurm?.folder
            ).filter(FileManager.default.fileExists(atPath:))
            return [
                DoctorLine(
                    "settings", .ok,
                    files.isEmpty ? "defaults: there is no file" : files.joined(separator: ", "))
            ]
        } catch {
            return [
                DoctorLine(
                    "settings", .fail, "\(error)", fix: "correct it; 'fleet config' shows the rest")
            ]
        }
    }

    private func judged(
        _ answer: SlurmAnswer, _ slurm: SlurmConfiguration, from: Int
    ) -> [DoctorLine] {
        let user = geteuid()
        let name = Users.name(of: user)
        guard let facts = answer.facts else {
            let problem = answer.problem
            return [
                DoctorJudge.controller(
                    SlurmError(
                        kind: .controller, attempt: problem?.attempt ?? "ask slurmctld",
                        cause: problem?.cause ?? "no answer", code: problem?.code,
                        remedy: problem?.remedy)),
                DoctorJudge.release(
                    library: SlurmLibrary.version, controller: nil,
                    beside: ReleaseMismatch.of(slurm).clusterRelease),
                DoctorJudge.rights(user: user, name: name, slurmUser: nil),
            ]
        }
        let reboot =
            facts.rebootProgram.map { "; reboots nodes with \($0)" }
            ?? "; slurm.conf names no RebootProgram, so that 'fleet reboot' cannot work"
        return [
            DoctorLine(
                "slurmctld", .ok, "answers on \(slurm.controllers.joined(separator: ", "))\(reboot)"
            ),
            DoctorJudge.release(library: SlurmLibrary.version, controller: facts.version),
            DoctorJudge.clock(of: "slurmctld's", facts.clock, from: from, to: answer.time),
            DoctorJudge.rights(user: user, name: name, slurmUser: facts.slurmUser),
        ]
    }

    private var programs: [DoctorLine] {
        [
            DoctorJudge.program(
                "srun", path: SlurmProgram.find("srun", environment: environment),
                needed: "--via srun and direct start it"),
            DoctorJudge.program(
                "scontrol", path: SlurmProgram.find("scontrol", environment: environment),
                needed: "fleet reboot starts it"),
        ]
    }

    private func history(cluster: String?) -> DoctorLine {
        let name = "history"
        do throws(ConfigurationError) {
            let known = try Site.withoutSlurm().history().lastVerdicts(cluster: cluster ?? "")
            guard let warning = known.warning else {
                let count = known.verdicts.count
                let nodes = count == 1 ? "1 node has" : "\(count) nodes have"
                return DoctorLine(name, .ok, "readable: \(nodes) a last verdict")
            }
            return DoctorLine(name, .warn, warning, fix: "runs are kept all the same")
        } catch {
            return DoctorLine(name, .warn, "\(error)")
        }
    }

    private func folder(isControllerUp: Bool) async -> [DoctorLine] {
        let base: String
        do {
            base = try Site.withoutSlurm().runDirectoryBase(runDir)
        } catch {
            return [
                DoctorLine(
                    "run directory", .fail, "\(error)",
                    fix: "run_directory in fleet.yaml, or --run-dir")
            ]
        }
        guard sendsJob, isControllerUp else {
            let why = sendsJob ? "slurmctld does not answer" : "--no-job"
            return [
                DoctorLine(
                    "run directory", .unknown,
                    "\(base): whether the nodes share it was not proved: \(why)")
            ]
        }
        do {
            return await SharedFolderTrial(session: try Session(), base: base).lines()
        } catch {
            return [DoctorLine("run directory", .unknown, "\(base): \(error)")]
        }
    }
}
