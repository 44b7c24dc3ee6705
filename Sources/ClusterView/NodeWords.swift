import Acting
import FanOut
package import SlurmModel
import Terminal

/// What a table says of a node, where a value alone does not read well.
package enum NodeWords {
    /// `4/8 h100, 1/2 gpu`: used of total by type; nil for a node without GPUs.
    package static func gpus(of node: Node) -> String? {
        guard !node.gpus.isEmpty else { return nil }
        return node.gpus.map { "\($0.used)/\($0.total) \($0.type ?? "gpu")" }
            .joined(separator: ", ")
    }

    /// The numbers of the GPUs in use, as in `h100 0,2-3`; nil where none is, or Slurm does not say which.
    static func gpusInUse(on node: Node) -> String? {
        let texts = node.gpus.compactMap { count -> String? in
            guard let indexes = count.usedIndexes, !indexes.isEmpty else { return nil }
            return (count.type.map { "\($0) " } ?? "") + ranges(indexes)
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// Numbers in rising order as Slurm writes them: `0,2-3`.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, number <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, number)
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }

    /// The reason with who set it and when: `bad GPU (by root 2 h ago)`; empty where there is none.
    package static func reason(of node: Node, now: Int) -> String {
        guard let reason = node.reason else { return "" }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: now - $0).text) ago" } ?? ""
        return user.isEmpty && age.isEmpty
            ? reason.text : "\(reason.text) (\((user + age).dropFirst()))"
    }

    /// Minutes as Slurm writes time limits: `D-HH:MM:SS`.
    static func limit(minutes: Int?) -> String {
        guard let minutes else { return "infinite" }
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let days = minutes / 1_440
        let clock = "\(two(minutes / 60 % 24)):\(two(minutes % 60)):00"
        return days > 0 ? "\(days)-\(clock)" : clock
    }
}

extension NodeState {
    /// What a node does about its power, as in `powering up`.
    var powerWords: String {
        if has(.poweringUp) || has(.powerUp) { return "powering up" }
        if has(.poweringDown) || has(.powerDown) { return "powering down" }
        return "powered down"
    }

    /// The state in one phrase, for a sum: a node that does not answer or takes no job is not counted as idle.
    var summary: String {
        if base == .down, !isAsleep, !isRebooting { return "down" }
        if has(.notResponding), !isAsleep, !isRebooting { return "not responding" }
        // Slurm has a node in maintenance reserved too.
        return phrases[0] == "idle" && has(.maintenance) ? "in maintenance" : phrases[0]
    }

    /// Slurm's own word, as `sinfo` shows it; fleet's own where no libslurm was asked.
    var short: String { names?.compact.lowercased() ?? text }

    /// How it stands out.
    var style: TextStyle? {
        if isRebooting, !has(.invalidRegistration) { return has(.drain) ? .warning : .faint }
        if base == .down || base == .error || has(.invalidRegistration) || has(.fail) {
            return .bad
        }
        if base == .unknown || (has(.notResponding) && !isAsleep) { return .unsure }
        if has(.drain) { return .warning }
        if isAsleep || base == .future || has(.maintenance) { return .faint }
        return nil
    }
}
