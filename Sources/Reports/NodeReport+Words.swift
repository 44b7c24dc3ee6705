import FanOut
import Verdicts

extension NodeReport {
    /// The verdict in a table; `not run` for a target that was not run.
    package var verdictWord: String {
        verdict?.rawValue ?? "not run"
    }

    /// Why the verdict is what it is, one line each: the findings above info, worst first; otherwise the reason.
    package var why: [String] {
        let findings = judgement?.findings.filter { $0.severity > .info } ?? []
        return findings.isEmpty ? [reasonWords] : findings.map(\.text)
    }

    /// Why it has no answer, and what to do about that: `REASON -> REMEDY`; empty where it has one.
    var reasonWords: String {
        (result.reason ?? "") + (result.remedy.map { " -> \($0)" } ?? "")
    }

    /// Why the node was reached by another launcher, to be put before a row's detail; otherwise empty.
    var noteWords: String {
        result.note.map { "[\(result.launcher?.rawValue ?? "?"): \($0)] " } ?? ""
    }

    /// The rows of a table: the cells with the first detail, and one more row for each further detail.
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
