internal import GRDB
import Platform

/// Why the history could not be used, in words, with what to do.
struct HistoryFailure {
    /// The file.
    let path: String
    /// How long another process was waited for, in seconds.
    let patience: Double

    private static let elsewhere = "set history.file (FLEET_HISTORY_FILE) to another place"

    /// The error of a call.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - attempt: `read` or `write`.
    /// - Returns: The error.
    func error(_ error: any Error, attempt: String) -> HistoryError {
        let (cause, remedy) =
            switch error {
            case let error as HistoryObstacle: words(error)
            case let error as DatabaseError: words(error)
            default: (FileProblem.words(error), Optional(Self.elsewhere))
            }
        return HistoryError(
            attempt: "\(attempt) the history \(path)", cause: cause, remedy: remedy)
    }

    private func words(_ obstacle: HistoryObstacle) -> (String, String?) {
        switch obstacle {
        case .notAFile: ("something that is no file is there", Self.elsewhere)
        case .foreign: ("it is another program's database", Self.elsewhere)
        case .newer: ("a newer fleet wrote it", "use that fleet; this one leaves it as it is")
        case .older:
            (
                "an older fleet wrote it, and it may not be written to bring it up",
                "run fleet status as root, or as the user whom it belongs to"
            )
        case .distrusted(let cause): (cause, Self.elsewhere)
        case .open(let who):
            (
                "\(who), and a journal beside it would be taken for its own",
                "set history.file (FLEET_HISTORY_FILE) to a file in a folder of your own"
            )
        case .value(let what): ("it is damaged: \(what)", aside)
        }
    }

    /// fleet never removes what it cannot read: sqlite3's `.recover` may.
    private var aside: String {
        "move it aside (mv \(ShellQuote.word(path)) \(ShellQuote.word(path + ".bad"))) and fleet begins a new one"
    }

    private func words(_ error: DatabaseError) -> (String, String?) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            ("another process has held it locked for \(Int(patience.rounded(.up))) s", nil)
        case .SQLITE_NOTADB: ("it is no database", aside)
        case .SQLITE_CORRUPT: ("it is damaged", aside)
        case .SQLITE_FULL: ("no space left on the device", "make room there")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            ("it may not be written", "chown or chmod it, or " + Self.elsewhere)
        case .SQLITE_CANTOPEN:
            ("it cannot be opened", "look at its folder's mode, or " + Self.elsewhere)
        case .SQLITE_IOERR where Self.isAboutLocks(error):
            ("its file system has no locks (Lustre: mount it with flock)", Self.elsewhere)
        default: (error.message ?? "\(error.resultCode)", Self.elsewhere)
        }
    }

    private static func isAboutLocks(_ error: DatabaseError) -> Bool {
        [
            .SQLITE_IOERR_LOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_UNLOCK,
            .SQLITE_IOERR_CHECKRESERVEDLOCK,
        ]
        .contains(error.extendedResultCode)
    }
}

/// What is wrong with the place of the history that SQLite would not say.
enum HistoryObstacle: Error, Hashable, Sendable {
    /// Something that is no file is there.
    case notAFile
    /// Another program's database is there.
    case foreign
    /// A newer fleet wrote it.
    case newer
    /// An older fleet wrote it, and this user cannot bring it up to today's tables.
    case older
    /// Somebody else could replace it; the clause says who.
    case distrusted(String)
    /// Somebody else could put files beside it; the clause says who, and where.
    case open(String)
    /// A value has not the form that fleet writes.
    case value(String)
}
