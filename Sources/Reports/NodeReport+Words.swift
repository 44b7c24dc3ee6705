import FanOut
import Verdicts

extension NodeReport {
    /// The verdict in a table: what was not run has none.
    package var verdictWord: String {
        verdict?.rawValue ?? "not run"
    }

    /// Why the verdict is what it is, a line each: the findings above info, worst first; else the reason.
    package var why: [String] {
        let findings = judgement?.findings.filter { $0.severity > .info } ?? []
        return findings.isEmpty ? [result.reason ?? ""] : findings.map(\.text)
    }

    /// Why the node was reached in another way than others, before a row's detail; else empty.
    var noteWords: String {
        result.note.map { "[\(result.launcher?.rawValue ?? "?"): \($0)] " } ?? ""
    }

    /// Rows of a table: the cells with the first detail, and a row below for each further one.
    package func rows(_ cells: [String], details: [String]) -> [[String]] {
        let blank = cells.map { _ in "" }
        return details.enumerated().map {
            $0.offset == 0 ? cells + [noteWords + $0.element] : blank + [$0.element]
        }
    }

    /// Rows of a table about a part of the node.
    package static func rows(_ cells: [String], details: [String]) -> [[String]] {
        let blank = cells.map { _ in "" }
        return details.enumerated().map { ($0.offset == 0 ? cells : blank) + [$0.element] }
    }
}
