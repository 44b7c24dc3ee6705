import FanOut
import Platform
package import Reports
import SlurmKit
import SlurmModel
import Terminal
import Verdicts

/// What to do about a health check's findings, as commands that can be pasted into bash and zsh.
package struct HealthNext: Sendable {
    /// Where runs are kept, where a flag said so; the commands need it too.
    private let runDir: String?

    /// Makes it.
    ///
    /// - Parameter runDir: The value of `--run-dir`; nil without one.
    package init(runDir: String? = nil) {
        self.runDir = runDir
    }

    /// The lines, none where nothing is to be done.
    ///
    /// - Parameters:
    ///   - report: The run.
    ///   - width: The terminal's columns; nil where there is none. Where a command and its comment are wider, the
    ///     comment stands above it: a command that is cut in two cannot be pasted.
    /// - Returns: The lines.
    package func lines(for report: RunReport, width: Int? = nil) -> [String] {
        // The head node is none that Slurm drains.
        let rows = report.reports.filter { $0.result.launcher != .local }
        let commands = [drain(rows, run: report.id), mount(rows), again(rows)].compactMap(\.self)
        guard !commands.isEmpty else { return [] }
        let widest = commands.map(\.command.count).filter { $0 <= Self.widest }.max() ?? 0
        let beside = commands.map { command, what in
            let pad = String(repeating: " ", count: max(0, widest - command.count))
            return "  \(command)\(pad)  # \(what)"
        }
        if let width, beside.contains(where: { TerminalText.width($0) > width }) {
            return ["Next:"] + commands.flatMap { ["  # \($0.what)", "  \($0.command)"] }
        }
        return ["Next:"] + beside
    }

    /// Comments line up behind commands of at most so many letters.
    private static let widest = 48

    private typealias Command = (command: String, what: String)

    private func command(_ words: [String], nodes: [String]? = nil) -> String {
        let list = nodes.map { ["-n", Hostlist.fold($0)] } ?? []
        let folder = runDir.map { ["--run-dir", $0] } ?? []
        return "fleet " + (words + list + folder).map(Self.word).joined(separator: " ")
    }

    /// A word for a shell; flags are plain though they begin with a hyphen.
    private static func word(_ text: String) -> String {
        let isFlag = text.wholeMatch(of: /--?[a-z\-]+/) != nil
        return isFlag ? text : ShellQuote.pasted(text)
    }

    private func drain(_ rows: [NodeReport], run: String) -> Command? {
        let failed = rows.filter { $0.verdict == .fail && $0.node?.state.has(.drain) != true }
        guard !failed.isEmpty else { return nil }
        let them = failed.count == 1 ? "it: it still takes" : "them: they still take"
        // drain itself counts the whole cluster's nodes; here stands only what makes its question no surprise.
        let isMany = failed.count > 1 && failed.count * 10 > rows.count
        let limit = isMany ? " (above 10% of the nodes it asks for --max)" : ""
        return (
            command(["drain", "--from", run]),
            "\(nodes(failed.count)) failed; drain \(them) jobs\(limit)"
        )
    }

    /// What `fleet mount-lustre` repairs is what the finding's own remedy says.
    private func mount(_ rows: [NodeReport]) -> Command? {
        let broken = rows.filter { row in
            row.judgement?.findings.contains {
                $0.severity > .info && $0.code.hasPrefix("mount.")
                    && $0.remedy == "fleet mount-lustre"
            } ?? false
        }
        guard !broken.isEmpty else { return nil }
        return (
            command(["mount-lustre"], nodes: broken.map(\.result.node)),
            "bring the mount up on \(nodes(broken.count))"
        )
    }

    /// What could not be checked is checked again.
    private func again(_ rows: [NodeReport]) -> Command? {
        let unknown = rows.filter { $0.verdict == .unknown }
        guard !unknown.isEmpty else { return nil }
        return (
            command(["health"], nodes: unknown.map(\.result.node)),
            "of \(nodes(unknown.count)) not all is known; check again"
        )
    }

    private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }
}
