internal import GRDB

/// The tables of the history, and how they came to be.
enum HistorySchema {
    /// What the header of a file says whose it is: `flth` in ASCII.
    static let applicationID = 0x666C_7468

    /// The steps from an empty file to today's tables; a step that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        // Immediate: the deferred check reads the whole file.
        migrator.registerMigration("1", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: first)
        }
        migrator.registerMigration("2", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: second)
        }
        migrator.registerMigration("3", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: third)
        }
        return migrator
    }

    /// Whether there are no tables yet, or only the migrator's own, which comes first, in a transaction of its own.
    static func isBegun(_ db: Database) throws -> Bool {
        try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            .allSatisfy { $0 == "grdb_migrations" }
    }

    /// Rows of one run lie together (`WITHOUT ROWID`), so that 5,000 of them are 50 pages at the end of the file, not
    /// 5,000 scattered ones; what one node did over time is a look per run, which costs microseconds.
    private static let first = """
        CREATE TABLE nodes (
            id INTEGER PRIMARY KEY,
            cluster TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (cluster, name)
        );
        CREATE TABLE runs (
            key INTEGER PRIMARY KEY,
            cluster TEXT NOT NULL,
            id TEXT NOT NULL,
            check_name TEXT NOT NULL,
            command TEXT NOT NULL, -- a JSON array
            user TEXT NOT NULL,
            started INTEGER NOT NULL, -- seconds since 1970
            ended INTEGER NOT NULL,
            interrupted INTEGER NOT NULL,
            ok INTEGER NOT NULL,
            warn INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            fail INTEGER NOT NULL,
            not_run INTEGER NOT NULL,
            UNIQUE (cluster, id)
        );
        CREATE INDEX runs_by_end ON runs (cluster, ended);
        CREATE INDEX runs_by_age ON runs (ended);
        CREATE TABLE verdicts (
            run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
            node INTEGER NOT NULL REFERENCES nodes (id),
            outcome TEXT NOT NULL,
            verdict TEXT, -- NULL: not run
            findings TEXT, -- a JSON array; NULL: none
            reason TEXT,
            PRIMARY KEY (run, node)
        ) WITHOUT ROWID;
        CREATE TABLE standing (
            node INTEGER NOT NULL REFERENCES nodes (id),
            check_name TEXT NOT NULL,
            verdict TEXT NOT NULL,
            time INTEGER NOT NULL,
            run TEXT NOT NULL,
            message TEXT,
            before TEXT,
            since INTEGER NOT NULL,
            runs INTEGER NOT NULL,
            failed_since INTEGER,
            failures INTEGER NOT NULL,
            worst TEXT,
            problem_runs INTEGER,
            problem TEXT,
            PRIMARY KEY (node, check_name)
        ) WITHOUT ROWID;
        CREATE TABLE actions (
            id INTEGER PRIMARY KEY,
            cluster TEXT NOT NULL,
            node TEXT NOT NULL,
            time INTEGER NOT NULL,
            user TEXT NOT NULL,
            verb TEXT NOT NULL,
            reason TEXT,
            state_before TEXT NOT NULL,
            reason_before TEXT,
            run TEXT,
            outcome TEXT NOT NULL,
            detail TEXT
        );
        CREATE INDEX actions_by_time ON actions (cluster, time);
        """

    /// What a check looked at, what it found with the remedies, who made it, and how it was of late.
    ///
    /// Rows of before are
    /// plain: their check is their whole name.
    private static let second = """
        ALTER TABLE standing ADD COLUMN user TEXT;
        ALTER TABLE standing ADD COLUMN recent TEXT NOT NULL DEFAULT '';
        ALTER TABLE standing ADD COLUMN scope TEXT; -- JSON; NULL: the check of this name, all of it
        ALTER TABLE standing ADD COLUMN findings TEXT; -- a JSON array; NULL: none
        ALTER TABLE standing ADD COLUMN unseen TEXT; -- a JSON array of codes; NULL: none
        ALTER TABLE standing ADD COLUMN verified TEXT; -- a JSON array of mount points; NULL: none
        ALTER TABLE standing ADD COLUMN codes TEXT; -- a JSON array of codes; NULL: none
        ALTER TABLE verdicts ADD COLUMN unseen TEXT; -- a JSON array of codes; NULL: none
        """

    /// Since when a warning stands; and what each of several checks in one run said, so that a standing can be made anew
    /// from the runs that are left.
    private static let third = """
        ALTER TABLE standing ADD COLUMN odd_since INTEGER; -- NULL: ok, or not kept
        ALTER TABLE runs ADD COLUMN scopes TEXT; -- a JSON array of what was looked at; NULL: nothing, or not kept
        ALTER TABLE verdicts ADD COLUMN parts TEXT; -- JSON; NULL: the run's only scope, with all findings
        """
}
