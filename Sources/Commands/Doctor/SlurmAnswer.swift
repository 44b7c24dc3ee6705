import ArgumentParser
import FoundationEssentials
import SlurmKit
import SlurmModel
import Terminal

/// What slurmctld answered, asked by a process of its own: libslurm ends its process over a broken slurm.conf, and
/// blocks for longer than a doctor may take.
struct SlurmAnswer: Codable, Sendable {
    /// What slurmctld says of itself; nil where it said nothing.
    var facts: ControllerFacts?
    /// What it was told instead.
    var problem: Problem?
    /// When the answer was there, in seconds since 1970.
    var time: Int

    /// Why there is no answer.
    struct Problem: Codable, Hashable, Sendable {
        /// What was tried.
        var attempt: String
        /// Why it failed.
        var cause: String
        /// Slurm's number; nil where it has none.
        var code: Int32?
        /// What to do.
        var remedy: String?
    }

    /// Seconds slurmctld gets: fleet doctor is to be through within 10.
    static let patience = 8.0

    /// Asks slurmctld in this process.
    static func ask(_ slurm: SlurmConfiguration) async -> SlurmAnswer {
        do throws(SlurmError) {
            let facts = try await SlurmController(configuration: slurm).controllerFacts()
            return SlurmAnswer(facts: facts, time: Int(Date().timeIntervalSince1970))
        } catch {
            return SlurmAnswer(
                problem: Problem(
                    attempt: error.attempt, cause: error.cause, code: error.code,
                    remedy: error.remedy), time: Int(Date().timeIntervalSince1970))
        }
    }

    /// Asks slurmctld in a process of its own.
    static func askOutside(_ slurm: SlurmConfiguration) async -> SlurmAnswer {
        let attempt = "ask slurmctld (\(slurm.controllers.joined(separator: ", ")))"
        func failure(_ cause: String, _ remedy: String) -> SlurmAnswer {
            SlurmAnswer(
                problem: Problem(attempt: attempt, cause: cause, remedy: remedy),
                time: Int(Date().timeIntervalSince1970))
        }
        do {
            guard
                let ended = try await BoundedProgram.run(
                    "/proc/self/exe", [SlurmAnswerCommand.name], seconds: patience)
            else {
                return failure(
                    "no answer within \(Int(patience)) s",
                    "Is slurmctld running, and reachable from here? Try 'scontrol ping' on this machine."
                )
            }
            if let answer = try? JSONDecoder().decode(
                SlurmAnswer.self, from: Data(ended.output.utf8))
            {
                return answer
            }
            return failure(
                "libslurm gave up: \(TerminalText.visible(ended.firstLine))",
                "Check \(slurm.path) with 'scontrol show config'.")
        } catch {
            return failure("fleet cannot start itself: \(error)", "Is /proc mounted?")
        }
    }
}

/// The process in which `fleet doctor` asks slurmctld; not for people.
struct SlurmAnswerCommand: AsyncParsableCommand {
    static let name = "slurm-answer"
    static let configuration = CommandConfiguration(
        commandName: name, _superCommandName: "fleet", shouldDisplay: false)

    mutating func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let answer = await SlurmAnswer.ask(try SlurmConfiguration.locate(environment: environment))
        let bytes = try JSONEncoder().encode(answer)
        try Console(environment: environment).print(String(decoding: bytes, as: UTF8.self))
    }
}
