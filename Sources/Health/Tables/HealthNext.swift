import FanOut
import Platform
package import Reports
import SlurmKit
package import SlurmModel
import Terminal
import Verdicts

/// What to do about a health check's findings, as commands that can be pasted into bash and zsh.
///
/// A command has a line of its own, and its words stand above it: an interactive zsh takes a comment for a command.
package struct HealthNext: Sendable {
    /// Where runs are kept, where a flag said so; the commands need it too.
    private let runDir: String?
    /// How many nodes would be out of service, of how many, where a drain of these is refused without `--max`.
    private let limit: @Sendable (_ failed: [Node]) -> (out: Int, all: Int)?

    /// Makes it.
    ///
    /// - Parameters:
    ///   - runDir: The value of `--run-dir`; nil without one.
    ///   - limit: How many nodes would be out of service, of how many, if these were drained too; nil where `fleet drain`
    ///     takes them without `--max`.
    package init(
        runDir: String? = nil,
        limit: @escaping @Sendable (_ failed: [Node]) -> (out: Int, all: Int)? = { _ in nil }
    ) {
        self.runDir = runDir
        self.limit = limit
    }

    /// A command, and what it is for.
    package struct Step: Hashable, Sendable {
        /// The command, quoted for a shell.
        package var command: String
        /// What it is for, without a colon at its end.
        package var what: String

        /// Makes a step.
        package init(_ command: String, _ what: String) {
            self.command = command
            self.what = what
        }
    }

    /// What is to be done; nothing where all is well.
    package func steps(for report: RunReport) -> [Step] {
        // The head node is none that Slurm drains.
        let rows = report.reports.filter { $0.result.launcher != .local }
        return [
            // First what may repair them: drained nodes are reached by their own flag alone, and drain leaves alone what is
            // well since.
            mount(report.reports), drain(rows, run: report.id), again(report.reports),
        ].compactMap(\.self)
    }

    /// What repairs the mounts that a check of them alone found broken.
    package func repairs(for report: RunReport) -> [Step] {
        [mount(report.reports)].compactMap(\.self)
    }

    /// The lines of some steps; none where there is no step.
    ///
    /// - Parameters:
    ///   - steps: The steps.
    ///   - width: The terminal's columns; nil where there is none. The words are wrapped, commands never: one that is cut
    ///     in two cannot be pasted.
    /// - Returns: The lines.
    package static func lines(of steps: [Step], width: Int?) -> [String] {
        guard !steps.isEmpty else { return [] }
        return ["Next:"]
            + steps.flatMap { step in
                TerminalText.wrap(step.what + ":", columns: max(20, (width ?? 80) - 2))
                    .map { "  " + $0 } + ["    " + step.command]
            }
    }

    /// A command that can be pasted.
    ///
    /// - Parameters:
    ///   - words: Its words after `fleet`.
    ///   - nodes: The nodes that it names; nil for none.
    ///   - runDir: Where runs are kept; nil where it need not say so.
    /// - Returns: The command.
    package static func command(_ words: [String], nodes: [String]?, runDir: String?) -> String {
        let list = nodes.map { ["-n", Hostlist.fold($0)] } ?? []
        return ShellQuote.readable(
            ["fleet"] + words + list + (runDir.map { ["--run-dir", $0] } ?? []))
    }

    private func command(_ words: [String], nodes: [String]? = nil) -> String {
        Self.command(words, nodes: nodes, runDir: runDir)
    }

    /// A command about rows; the head node and drained ones are reached only where it says so.
    private func command(_ words: [String], on rows: [NodeReport]) -> String {
        let others = rows.filter { $0.result.launcher != .local }
        let head = others.count < rows.count ? ["--include-head"] : []
        let isDrained = others.contains { $0.node?.state.has(.drain) == true }
        return command(
            words + head + (isDrained ? ["--include-drained"] : []),
            nodes: others.isEmpty ? nil : others.map(\.result.node))
    }

    private func drain(_ rows: [NodeReport], run: String) -> Step? {
        let failed = rows.filter { $0.verdict == .fail && $0.node?.state.has(.drain) != true }
        guard !failed.isEmpty else { return nil }
        let isOne = failed.count == 1
        let what = "\(nodes(failed.count)) failed and still \(isOne ? "takes" : "take") jobs; "
        let them = isOne ? "it" : "them"
        guard let limit = limit(failed.compactMap(\.node)) else {
            return Step(command(["drain", "--from", run]), what + "drain \(them)")
        }
        return Step(
            command(["drain", "--from", run, "--max", String(limit.out)]),
            what
                + "\(limit.out) of \(limit.all) nodes would be out of service: look for one cause first, then drain \(them)"
        )
    }

    /// What `fleet mount-lustre` repairs is what the finding's own remedy says.
    private func mount(_ rows: [NodeReport]) -> Step? {
        let broken = rows.filter { row in
            row.judgement?.findings.contains {
                $0.severity > .info && $0.code.hasPrefix("mount.")
                    && $0.remedy == "fleet mount-lustre"
            } ?? false
        }
        guard !broken.isEmpty else { return nil }
        return Step(
            command(["mount-lustre"], on: broken),
            "bring the mount up on \(nodes(broken.count))"
        )
    }

    /// What could not be checked is checked again.
    private func again(_ rows: [NodeReport]) -> Step? {
        let unknown = rows.filter { $0.verdict == .unknown }
        guard !unknown.isEmpty else { return nil }
        return Step(
            command(["health"], on: unknown),
            "not all is known of \(nodes(unknown.count)); check again"
        )
    }

    private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }
}
