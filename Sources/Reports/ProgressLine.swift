import FanOut
import Terminal

/// The progress of a run, repainted on standard error if that is a terminal; otherwise nothing is printed.
struct ProgressLine {
    private let console: Console
    private var isShown = false

    init(console: Console) {
        self.console = console
    }

    /// Shows the new state.
    ///
    /// - Parameters:
    ///   - progress: How many targets are in each phase.
    ///   - failed: How many of those that are done failed.
    mutating func show(_ progress: FanOutProgress, failed: Int) {
        guard console.errorIsTerminal else { return }
        let words = Self.words(progress, failed: failed, width: console.errorColumns)
        console.paint("\r\u{1b}[K" + words)
        isShown = true
    }

    /// Up to this many stages are shown one by one.
    private static let mostStages = 3

    /// The line, short enough not to wrap: a wrapped line could not be repainted.
    static func words(_ progress: FanOutProgress, failed: Int, width: Int?) -> String {
        var parts = ["\(progress.done)/\(progress.total) done"]
        let stages = progress.stages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(mostStages)
        parts += stages.map { "\($0.value) \($0.key)" }
        // A stage may be reported a moment after its node has ended.
        let others = progress.running - stages.reduce(0) { $0 + $1.value }
        if others > 0 { parts.append("\(others) running") }
        if progress.waiting > 0 { parts.append("\(progress.waiting) waiting for Slurm") }
        if progress.queued > 0 { parts.append("\(progress.queued) to submit") }
        if failed > 0 { parts.append("\(failed) failed") }
        if !progress.named.isEmpty {
            parts.append(progress.named.map(TerminalText.visible).joined(separator: " "))
        }
        let line = parts.joined(separator: ", ")
        return width.map { TerminalText.wrap(line, columns: max(20, $0 - 1)).first ?? "" } ?? line
    }

    /// Removes the line before anything else is written.
    mutating func clear() {
        guard isShown else { return }
        console.paint("\r\u{1b}[K")
        isShown = false
    }
}
