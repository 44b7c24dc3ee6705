import FanOut
import FoundationEssentials
internal import GRDB
import Glibc
import Platform
import SystemPackage

/// The file that holds the history, opened anew for every call.
///
/// Its journal is SQLite's rollback journal, never the write-ahead log: that one needs memory which all readers and
/// writers share, and the home of a cluster is on NFS or Lustre, where processes of several machines have none. The
/// rollback journal needs file locks only, which NFS and Lustre mounted with `flock` have.
struct HistoryFile {
    /// The file, absolute.
    let path: String
    /// How long another process that holds the file is waited for, in seconds.
    let patience: Double
    /// Whether it is root's and everybody may read it: made so, and believed only where nobody else can write it.
    var isShared = false

    /// Reads in one transaction.
    ///
    /// - Returns: What the body returns; nil where nothing was ever kept.
    /// - Throws: A ``HistoryError``.
    func read<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result? {
        do {
            guard try exists() else { return nil }
            // Nobody believes another's verdicts: they decide what is drained.
            try checkPlace()
            // What a killed fleet left half done is undone by who may write.
            let isWritable = FileManager.default.isWritableFile(atPath: path)
            let queue = try open(readonly: !isWritable)
            func attempt() throws -> Result? {
                try queue.read { db in
                    switch try check(db) {
                    case .empty: nil
                    case .older: throw HistoryObstacle.older
                    case .current: try body(db)
                    }
                }
            }
            do {
                return try attempt()
            } catch HistoryObstacle.older where isWritable {
                try migrate(queue)
                return try attempt()
            }
        } catch {
            throw HistoryFailure(path: path, patience: patience).error(error, attempt: "read")
        }
    }

    /// Writes in one transaction: all of it, or nothing.
    ///
    /// - Throws: A ``HistoryError``.
    func write<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result {
        do {
            try make()
            let queue = try open(readonly: false)
            if try queue.read(check) != .current { try migrate(queue) }
            return try queue.write(body)
        } catch {
            throw HistoryFailure(path: path, patience: patience).error(error, attempt: "write")
        }
    }

    // MARK: - Opening

    /// Whether there is a file; what is there and is none is an error.
    private func exists() throws -> Bool {
        let facts: Stat
        do {
            facts = try Stat(FilePath(path))
        } catch Errno.noSuchFileOrDirectory {
            return false
        }
        guard facts.type == .regular else { throw HistoryObstacle.notAFile }
        return facts.size > 0
    }

    /// Why root must not use it; nil where nothing is known against it, and for other users.
    private var distrust: String? {
        if geteuid() != 0, isShared { return strangers }
        return RunBase.distrust(path, user: geteuid(), harm: "replace what root keeps in it")
    }

    /// Who but root and this user could have written a file that is said to be root's; nil where nobody could.
    private var strangers: String? {
        guard let facts = try? Stat(FilePath(path)) else { return nil }
        let owner = facts.userID.rawValue
        guard owner == 0 || owner == geteuid() else {
            return "it belongs to user \(owner), and the site's history is root's"
        }
        let open: FilePermissions = [.groupWrite, .otherWrite]
        return facts.permissions.isDisjoint(with: open)
            ? nil : "others than its owner may write to it"
    }

    /// Whether nobody else can put anything beside it.
    ///
    /// SQLite takes a journal that lies there for its own, whoever made it: it writes what stands in it into the database,
    /// and removes a file that it names. So a folder open to all does not serve, not even a sticky one.
    ///
    /// - Throws: A ``HistoryObstacle``.
    private func checkPlace() throws {
        if let distrust { throw HistoryObstacle.distrusted(distrust) }
        var place = FilePath(path)
        for _ in 0..<Self.mostLinks {
            let folder = place.removingLastComponent().string
            if let stranger = try OpenFolder.stranger(in: folder) {
                throw HistoryObstacle.open(stranger)
            }
            // Its journal lies beside the file itself, not beside a link to it.
            guard
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: place.string)
            else { return }
            place = place.removingLastComponent().pushing(FilePath(target))
        }
    }

    /// What the kernel allows.
    private static let mostLinks = 40

    /// Makes the file: root's for everybody to read, a user's for its owner alone, since it quotes what is in the run
    /// directories, which are so too.
    private func make() throws {
        if try exists() { return try checkPlace() }
        if isShared { return try makeShared() }
        _ = try RunBase.make(FilePath(path).removingLastComponent().string)
        try checkPlace()
        try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        ).close()
    }

    /// The file and the folders on the way to it, whatever the umask is.
    private func makeShared() throws {
        let place = FilePath(path)
        let folder = place.removingLastComponent().string
        let isNew = !FileManager.default.fileExists(atPath: folder)
        _ = try RunBase.make(folder)
        if isNew {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        }
        try checkPlace()
        try FileDescriptor.open(
            place, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite
        ).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }

    private func open(readonly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(patience)
        configuration.label = "fleet.history"
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Which tables a file has.
    private enum Tables {
        /// None yet.
        case empty
        /// An older fleet's: steps are missing to today's.
        case older
        /// Today's.
        case current
    }

    /// Which tables the file has; another program's and a newer fleet's are an error.
    private func check(_ db: Database) throws -> Tables {
        let owner = try Int.fetchOne(db, sql: "PRAGMA application_id")
        if owner == 0, try HistorySchema.isBegun(db) { return .empty }
        guard owner == HistorySchema.applicationID else { throw HistoryObstacle.foreign }
        let migrator = HistorySchema.migrator
        if try migrator.hasBeenSuperseded(db) { throw HistoryObstacle.newer }
        return try migrator.hasCompletedMigrations(db) ? .current : .older
    }

    /// Makes the tables of today.
    ///
    /// The migrator decides before it holds the lock what is to be done: of two processes
    /// at once the second one finds a step done that it begins, and looks again.
    private func migrate(_ queue: DatabaseQueue) throws {
        for round in 0... {
            do {
                return try HistorySchema.migrator.migrate(queue)
            } catch {
                if (try? queue.read(check)) == .current { return }
                guard round < Self.mostMigrationRounds else { throw error }
                usleep(20_000)
            }
        }
    }

    /// More than there are steps: each round that fails is one in which another process did one.
    private static let mostMigrationRounds = 20
}
