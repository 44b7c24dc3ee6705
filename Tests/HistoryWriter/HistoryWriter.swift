import Foundation
import History
import TestSupport

/// A process that writes runs into a history, one after the other, and prints the name of each one that is kept: for
/// tests of several processes at once, and of one that is killed.
///
///     HistoryWriter FILE NAME COUNT NODES
@main
enum HistoryWriter {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let count = Int(words[3]), let nodes = Int(words[4]) else {
            exit(64)
        }
        let store = SQLiteHistory(path: words[1], keep: nil, patience: 20)
        for index in 0..<count {
            let record = HistoryFixtures.record(
                "\(words[2])-\(index)", ended: 1_000 + index, nodes: nodes)
            do {
                try store.record(run: record)
            } catch {
                try FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
                exit(1)
            }
            try FileHandle.standardOutput.write(contentsOf: Data("\(record.run.id)\n".utf8))
        }
    }
}
