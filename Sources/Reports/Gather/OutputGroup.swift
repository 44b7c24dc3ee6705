package import FanOut
import SlurmModel
import Terminal
package import Verdicts

/// Nodes on which the same command ended in the same way with the same output.
package struct OutputGroup: Hashable, Sendable {
    /// The nodes, in target order.
    package var nodes: [String]
    /// The first node's result; except for name, job, launcher and duration, it is the same for every node of the
    /// group.
    package var result: NodeResult

    /// Groups reports with equal results.
    ///
    /// They must be equal in outcome, exit status, reason with its remedy, and both streams byte for byte. A target
    /// that was not run has neither status nor output, so only its reason counts.
    ///
    /// - Parameter reports: The reports, in target order.
    /// - Returns: The groups, the largest first, equally large ones by their first nodes.
    package static func fold(_ reports: some Sequence<NodeReport>) -> [OutputGroup] {
        var groups: [OutputGroup] = []
        var places: [Ending: Int] = [:]
        for result in reports.map(\.result) {
            let ending = Ending(result)
            if let place = places[ending] {
                groups[place].nodes.append(result.node)
            } else {
                places[ending] = groups.count
                groups.append(OutputGroup(nodes: [result.node], result: result))
            }
        }
        // sort keeps the order of equal elements, which is the order of their first nodes.
        groups.sort { $0.nodes.count > $1.nodes.count }
        return groups
    }

    /// How the nodes ended, such as `exit 3` or `timed out: still running after 60 s`.
    package var ending: String {
        let words =
            switch result.exit {
            case .exited(let code): "exit \(code)"
            case .signalled(let signal): "signal \(signal)"
            case nil: result.outcome.words
            }
        let reason = result.reason.map { ": \($0)" } ?? ""
        let cut =
            result.cut.map { " (output cut: \(Quantity.bytes($0.total)), in \($0.path))" } ?? ""
        return words + cut + reason + (result.remedy.map { " -> \($0)" } ?? "")
    }

    private struct Ending: Hashable {
        let outcome: Outcome
        let exit: ExitStatus?
        let reason: String?
        let remedy: String?
        let stdout: [UInt8]
        let stderr: [UInt8]
        /// Output that is not in memory cannot be compared, so such a node gets a group of its own.
        let cut: CutOutput?

        init(_ result: NodeResult) {
            outcome = result.outcome
            exit = result.exit
            reason = result.reason
            remedy = result.remedy
            stdout = result.stdout
            stderr = result.stderr
            cut = result.cut
        }
    }
}
