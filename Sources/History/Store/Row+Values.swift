internal import GRDB

/// Values of a row, checked: GRDB's own subscripts end the process at a value of another type, and at a column that is not there.
extension Row {
    /// A column's value.
    ///
    /// - Throws: A ``HistoryObstacle`` where it is not of the type.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value: Value = try optional(column) else {
            throw HistoryObstacle.value("column \(column) is empty")
        }
        return value
    }

    /// A column's value; nil where it is NULL.
    ///
    /// - Throws: A ``HistoryObstacle`` where it is not of the type.
    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        // Of a damaged file even the names of columns are not certain.
        guard hasColumn(column) else { throw HistoryObstacle.value("there is no column \(column)") }
        let stored: DatabaseValue = self[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else {
            throw HistoryObstacle.value("column \(column) has \(stored)")
        }
        return value
    }

    /// A column's word; nil where it is NULL.
    ///
    /// - Throws: A ``HistoryObstacle`` where it is none of the words.
    func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word? {
        guard let text: String = try optional(column) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw HistoryObstacle.value("column \(column) has '\(text)'")
        }
        return word
    }

    /// A column's word that must be there.
    ///
    /// - Throws: A ``HistoryObstacle`` where it is none of the words.
    func mustBe<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        guard let word: Word = try word(column) else {
            throw HistoryObstacle.value("column \(column) is empty")
        }
        return word
    }
}
