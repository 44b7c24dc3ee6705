package import History
import Synchronization
import Terminal

/// The history as commands use it: any failure gives a warning, and the command continues.
///
/// The file is opened at its first use, because most commands begin without it.
package struct HistoryAccess: Sendable {
    private let file: String?
    /// Further files that are read, the site's among them.
    private let others: [String]
    /// Whether everybody may read what is written.
    private let isShared: Bool
    private let keep: Int
    private let problem: String?
    private let console: Console

    /// How many seconds the end of a run waits for another process that holds the file; writing takes far less than 1
    /// s, and several fleets may end at once.
    package static let writePatience = 10.0
    /// How many seconds a command that only shows the last verdicts waits.
    package static let readPatience = 1.0

    /// A history in a file.
    ///
    /// - Parameters:
    ///   - file: Where this user's runs go, absolute.
    ///   - others: Further files that are read.
    ///   - isShared: Whether the first is made for everybody to read.
    ///   - keep: How long a run is kept, in seconds.
    ///   - console: Where warnings go.
    init(
        file: String, others: [String] = [], isShared: Bool = false, keep: Int, console: Console
    ) {
        self.file = file
        self.others = others.filter { $0 != file }
        self.isShared = isShared
        self.keep = keep
        problem = nil
        self.console = console
    }

    /// No history: it is turned off, or there is no folder for it.
    init(problem: String? = nil, console: Console) {
        file = nil
        others = []
        isShared = false
        keep = 0
        self.problem = problem
        self.console = console
    }

    /// The store; nil where there is none.
    ///
    /// - Parameter patience: How long another process that holds the file is waited for, in seconds.
    /// - Returns: The store.
    package func store(patience: Double) -> SQLiteHistory? {
        file.map {
            SQLiteHistory(path: $0, keep: keep, patience: patience, isShared: isShared)
        }
    }

    /// This user's history together with the site's; nil where there is none.
    ///
    /// - Parameters:
    ///   - patience: How long another process that holds a file is waited for, in seconds.
    ///   - warn: Is told why a file besides this user's own could not be read.
    /// - Returns: The history.
    package func all(
        patience: Double, warn: @escaping @Sendable (HistoryError) -> Void
    ) -> MergedHistory? {
        store(patience: patience).map { own in
            MergedHistory(
                own,
                others: others.map {
                    SQLiteHistory(path: $0, keep: nil, patience: patience, isShared: true)
                }, warn: warn)
        }
    }

    /// The same, with warnings on standard error.
    package func all(patience: Double) -> MergedHistory? {
        let console = console
        return all(patience: patience) {
            console.say(TerminalText.visible("fleet: left out: \($0)"))
        }
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

    /// The last verdict of every check on every node, by the node's name, and a warning when it could not be read.
    package func lastVerdicts(
        cluster: String
    ) -> (verdicts: [String: [LastVerdict]], warning: String?) {
        let problems = Mutex<[HistoryError]>([])
        guard
            let store = all(
                patience: Self.readPatience,
                warn: { error in problems.withLock { $0.append(error) } })
        else {
            return ([:], problem.map { TerminalText.visible("fleet: no last verdicts: \($0)") })
        }
        do throws(HistoryError) {
            let verdicts = try store.lastVerdicts(cluster: cluster)
            let warning = problems.withLock(\.first).map {
                TerminalText.visible("fleet: not all last verdicts: \($0)")
            }
            return (verdicts, warning)
        } catch {
            return ([:], TerminalText.visible("fleet: no last verdicts: \(error)"))
        }
    }
}
