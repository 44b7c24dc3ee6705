/// What is wrong with the place of the history that SQLite would not say.
enum HistoryObstacle: Error, Hashable, Sendable {
    /// Something that is no file is there.
    case notAFile
    /// Another program's database is there.
    case foreign
    /// A newer fleet wrote it.
    case newer
    /// Somebody else could replace it; the clause says who.
    case distrusted(String)
    /// A value has not the form that fleet writes.
    case value(String)
}
