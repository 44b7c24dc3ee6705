import FoundationEssentials
internal import GRDB
import Verdicts

extension HistoryRun {
    /// Reads a row of `runs`.
    ///
    /// - Throws: A ``HistoryObstacle``.
    init(_ row: Row) throws {
        var counts = RunSummary([])
        counts.ok = try row.value("ok")
        counts.warn = try row.value("warn")
        counts.unknown = try row.value("unknown")
        counts.fail = try row.value("fail")
        counts.notRun = try row.value("not_run")
        let command: String = try row.value("command")
        self.init(
            id: try row.value("id"), check: try row.value("check_name"),
            command: (try? JSONDecoder().decode([String].self, from: Data(command.utf8))) ?? [
                command
            ],
            user: try row.value("user"), started: try row.value("started"),
            ended: try row.value("ended"), wasInterrupted: try row.value("interrupted"),
            counts: counts)
    }
}
