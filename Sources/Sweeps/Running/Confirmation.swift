import FanOut
import Glibc
import SlurmKit
import SlurmModel
package import Terminal

/// `--confirm`: asks before anything is sent.
package struct Confirmation {
    let options: FanOutOptions
    let console: Console

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
            "\(TerminalText.visible(what)) on \(count) \(count == 1 ? "node" : "nodes") (\(names))",
            declined: "nothing was sent", console: console)
    }

    /// Throws when the user must be asked, but there is no terminal to ask on.
    ///
    /// - Parameters:
    ///   - isYes: Whether the answer is given already.
    ///   - asker: The flag or command that asks.
    /// - Throws: A ``UsageError``.
    package static func checkTerminal(isYes: Bool, for asker: String) throws(UsageError) {
        guard !isYes, isatty(STDIN_FILENO) != 1 else { return }
        throw UsageError("\(asker) has no terminal to ask on: answer with --yes.")
    }

    /// Asks, and prints a message when the answer is no.
    package static func ask(_ question: String, declined: String, console: Console) -> Bool {
        console.paint(console.laidOut("fleet: \(question)? [y/N]") + " ")
        let answer = readLine()?.lowercased() ?? ""
        let isYes = answer == "y" || answer == "yes"
        if !isYes { console.say("fleet: \(declined)") }
        return isYes
    }
}
