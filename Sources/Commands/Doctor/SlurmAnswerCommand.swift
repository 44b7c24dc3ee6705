import ArgumentParser
import FoundationEssentials
import SlurmKit
import Terminal

/// The process in which `fleet doctor` asks slurmctld; not for people.
struct SlurmAnswerCommand: AsyncParsableCommand {
    static let name = "slurm-answer"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    mutating func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let answer = await SlurmAnswer.ask(try SlurmConfiguration.locate(environment: environment))
        let bytes = try JSONEncoder().encode(answer)
        try Console(environment: environment).print(String(decoding: bytes, as: UTF8.self))
    }
}
