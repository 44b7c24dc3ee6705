package import History
import Terminal

/// The history as commands use it: any failure gives a warning, and the command continues.
///
/// The file is opened at its first use, because most commands begin without it.
package struct HistoryAccess: Sendable {
    private let file: String?
    private let keep: Int
    private let problem: String?
    private let console: Console

    /// How many seconds the end of a run waits for another process that holds the file; writing takes far less than 1
    /// s, and several fleets may end at once.
    package static let writePatience = 10.0
    /// How many seconds a command that only shows the last verdicts waits.
    static let readPatience = 1.0

    /// A history in a file.
    init(file: String, keep: Int, console: Console) {
        self.file = file
        self.keep = keep
        problem = nil
        self.console = console
    }

    /// No history: it is turned off, or there is no folder for it.
    init(problem: String? = nil, console: Console) {
        file = nil
        keep = 0
        self.problem = problem
        self.console = console
    }

    /// The store; nil where there is none.
    ///
    /// - Parameter patience: How long another process that holds the file is waited for, in seconds.
    /// - Returns: The store.
    package func store(patience: Double) -> SQLiteHistory? {
        file.map { SQLiteHistory(path: $0, keep: keep, patience: patience) }
    }

    // MARK: - Writing

    /// Keeps a run.
    package func record(_ run: HistoryRecord) {
        say("run \(run.run.id) is not in the history") { store throws(HistoryError) in
            try store.record(run: run)
        }
    }

    /// Stores actions on nodes.
    package func record(_ actions: [NodeAction], cluster: String) {
        say("what was done is not in the history") { store throws(HistoryError) in
            try store.record(actions: actions, cluster: cluster)
        }
    }

    private func say(
        _ loss: String, _ body: (SQLiteHistory) throws(HistoryError) -> Void
    ) {
        var warning = problem
        if let store = store(patience: Self.writePatience) {
            do throws(HistoryError) {
                try body(store)
            } catch {
                warning = "\(error)"
            }
        }
        if let warning { console.say(TerminalText.visible("fleet: \(loss): \(warning)")) }
    }

    // MARK: - Reading

    /// The last verdict of every node that has one, by the node's name, and a warning when it could not be read.
    package func lastVerdicts(
        cluster: String
    ) -> (verdicts: [String: LastVerdict], warning: String?) {
        guard let store = store(patience: Self.readPatience) else {
            return ([:], problem.map { "fleet: no last verdicts: \($0)" })
        }
        do throws(HistoryError) {
            return (try store.lastVerdicts(cluster: cluster), nil)
        } catch {
            return ([:], TerminalText.visible("fleet: no last verdicts: \(error)"))
        }
    }
}
