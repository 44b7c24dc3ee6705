import Acting
import SlurmModel
import Verdicts

extension ClusterStatus {
    /// One or two sentences over everything selected: nodes by state, then GPUs and CPUs.
    package var summary: [String] {
        guard !nodes.isEmpty else { return ["\(cluster): no nodes"] }
        let total = PartitionUsage.sum(of: nodes)
        return [nodeSummary, resourceSummary(total)]
    }

    private var nodeSummary: String {
        var counts: [String: Int] = [:]
        var order: [String] = []
        for node in nodes {
            let word = node.state.summary
            if counts[word] == nil { order.append(word) }
            counts[word, default: 0] += 1
        }
        order.sort { (counts[$0] ?? 0, $1) > (counts[$1] ?? 0, $0) }
        let states = order.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
        let which = isWhole ? "" : " selected"
        return
            "\(cluster): \(nodes.count) \(nodes.count == 1 ? "node" : "nodes")\(which): \(states)"
    }

    private func resourceSummary(_ total: PartitionUsage) -> String {
        var parts: [String] = []
        if total.gpus > 0 {
            var words = ["\(total.gpusUsed) used", "\(total.gpusFree) free"]
            if total.gpusAsleep > 0 { words.append("\(total.gpusAsleep) asleep") }
            if total.gpusUnavailable > 0 { words.append("\(total.gpusUnavailable) unavailable") }
            parts.append("GPUs: \(words.joined(separator: ", ")) of \(total.gpus)")
        }
        parts.append("CPUs: \(total.cpusAllocated) of \(total.cpus) allocated")
        return parts.joined(separator: "; ")
    }

    /// The exit code, as the checks have it: 1 where something failed, 2 where something is not known, else 0; what was
    /// not checked within a day is not known, nor is what could not be read.
    package var exitCode: Int32 {
        let severities = attention.map(\.attention.severity)
        if severities.contains(.fail) { return 1 }
        let isKnown = !nodes.isEmpty && warnings.isEmpty && coverage?.isWhole == true
        return isKnown && !severities.contains(.unknown) ? 0 : 2
    }
}
