import FleetCore

/// The progress of a run, painted over and over on standard error when that is a terminal; silent otherwise.
struct ProgressLine {
    private let console: Console
    private var isShown = false

    init(console: Console) {
        self.console = console
    }

    /// Shows the new state.
    mutating func show(_ progress: FanOutProgress) {
        guard console.errorIsTerminal else { return }
        var parts = ["\(progress.done)/\(progress.total) done"]
        if progress.running > 0 { parts.append("\(progress.running) running") }
        if progress.waiting > 0 { parts.append("\(progress.waiting) waiting for Slurm") }
        if progress.queued > 0 { parts.append("\(progress.queued) to submit") }
        if !progress.named.isEmpty {
            parts.append(progress.named.map(TerminalText.visible).joined(separator: " "))
        }
        console.paint("\r\u{1b}[K" + parts.joined(separator: ", "))
        isShown = true
    }

    /// Takes the line away, before anything else is written.
    mutating func clear() {
        guard isShown else { return }
        console.paint("\r\u{1b}[K")
        isShown = false
    }
}
