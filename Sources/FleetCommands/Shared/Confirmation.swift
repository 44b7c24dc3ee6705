import FleetCore
import Glibc
import SlurmKit
import SlurmModel

/// `--confirm`: asks before anything is sent.
struct Confirmation {
    let options: FanOutOptions
    let console: Console

    /// What is asked about: the probe's name, and for `fleet run` the beginning of its command.
    static func words(for specification: ProbeSpecification) -> String {
        guard case .run(let payload) = specification else { return specification.probe.name }
        let program =
            payload.files.first { $0.role == .program }
            .map { [$0.isSpooled ? "-" : $0.source] } ?? []
        let line = ShellQuote.readable(program + payload.arguments)
        return "run " + TerminalText.visible(line.count > 60 ? line.prefix(57) + "..." : line)
    }

    /// Whether the run may begin.
    ///
    /// - Throws: A ``UsageError`` where there is nobody to ask.
    func isGiven(targets: [Target], head: Bool, what: String) throws(UsageError) -> Bool {
        guard options.confirm, !options.yes else { return true }
        try Self.checkTerminal(isYes: false, for: "--confirm")
        let sent = targets.filter { if case .dispatch = $0.decision { true } else { false } }
            .map(\.node.name)
        let count = sent.count + (head ? 1 : 0)
        let names = TerminalText.visible(Hostlist.fold(sent)) + (head ? " and this machine" : "")
        return Self.ask(
            "\(what) on \(count) \(count == 1 ? "node" : "nodes") (\(names))",
            declined: "nothing was sent", console: console)
    }

    /// Refuses what needs an answer where there is nobody to ask.
    ///
    /// - Parameters:
    ///   - isYes: Whether the answer is given already.
    ///   - asker: The flag or command that asks.
    /// - Throws: A ``UsageError``.
    static func checkTerminal(isYes: Bool, for asker: String) throws(UsageError) {
        guard !isYes, isatty(STDIN_FILENO) != 1 else { return }
        throw UsageError("\(asker) has no terminal to ask on: answer with --yes.")
    }

    /// Asks, and says so where the answer is no.
    static func ask(_ question: String, declined: String, console: Console) -> Bool {
        console.paint("fleet: \(question)? [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        let isYes = answer == "y" || answer == "yes"
        if !isYes { console.say("fleet: \(declined)") }
        return isYes
    }
}
