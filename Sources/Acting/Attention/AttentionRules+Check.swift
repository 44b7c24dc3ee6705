import History
import Platform
import SlurmModel
import Verdicts

extension AttentionRules {
    /// What each check said last, where it was not well, or comes and goes.
    func checks(of node: Node) -> [Attention] {
        (context.verdicts[node.name] ?? []).compactMap { check($0, of: node) }
    }

    /// What a check said last.
    ///
    /// One from before the node's last boot is only worth knowing: the boot may have been the repair.
    private func check(_ last: LastVerdict, of node: Node) -> Attention? {
        let severity: Severity
        switch last.verdict {
        case .ok: return flapping(last, of: node)
        case .warn: severity = .warn
        case .unknown: severity = .unknown
        case .fail: severity = .fail
        }
        let isOld = (node.bootTime ?? 0) > last.time
        let word = last.verdict == .fail ? "failed" : "said \(last.verdict.rawValue)"
        let often = last.flapping.map { ", \($0)" } ?? ""
        return Attention(
            isOld ? .info : severity, .check,
            "\(last.check) \(word)\(often)\(isOld ? ", before the last boot" : "")",
            detail: last.message, remedies: remedies(last, of: node, isOld: isOld),
            since: last.since ?? last.time)
    }

    /// A node that is well at the moment, and was not again and again.
    private func flapping(_ last: LastVerdict, of node: Node) -> Attention? {
        guard let words = last.flapping else { return nil }
        return Attention(
            .warn, .flapping, "\(last.check) comes and goes: \(words)",
            remedies: ["look at what it found: fleet history {nodes}"] + drain(last, node, words),
            since: last.since)
    }

    /// The finding's own remedy; that the node still takes jobs; and how to look again.
    private func remedies(_ last: LastVerdict, of node: Node, isOld: Bool) -> [String] {
        let own = isOld ? nil : last.remedy
        let drain =
            last.verdict == .fail && !isOld
            ? self.drain(last, node, last.message ?? "failed") : []
        // Only root and SlurmUser reach a drained node, by the launcher direct.
        let drained = node.state.has(.drain) ? " --include-drained" : ""
        return [own].compactMap(\.self) + drain
            + ["check again: fleet \(Self.command(of: last.check)) -n {nodes}\(drained)"]
    }

    /// What to do about a sick node to which Slurm still gives jobs; nothing for one that gets none.
    private func drain(_ last: LastVerdict, _ node: Node, _ why: String) -> [String] {
        guard node.state.takesJobs else { return [] }
        let reason = FleetReason.line("\(last.check): \(why)")
        let short =
            reason.count > Self.longestReason
            ? reason.prefix(Self.longestReason - 3) + "..." : reason[...]
        return [
            "it still takes jobs; drain it: fleet drain -n {nodes} --reason "
                + ShellQuote.readable([String(short)])
        ]
    }

    /// So many characters of a finding stand in a command that is to be pasted.
    private static let longestReason = 80

    /// The command of a check, as ``ProbeSpecification/checkName`` names it: the built-in ones have their own, the
    /// site's are `fleet check`'s.
    package static func command(of check: String) -> String {
        let words = check.split(separator: " ").map(String.init)
        let end = words.firstIndex { $0 == "--only" || $0 == "--skip" } ?? words.count
        let (named, filters) = (Array(words[..<end]), Array(words[end...]))
        let rest = Array(named.dropFirst())
        switch named.first {
        // What stands here of mount-lustre is that of check-mount; a run may be named by it all the same.
        case "health", "mount-lustre": return named[0]
        case "gpu-check": return ShellQuote.readable(["gpu-check"] + filters)
        case "gpu-diag":
            return ShellQuote.readable(["gpu-check", "--diag", rest.first ?? "1"] + filters)
        case "check-mount":
            // No mount point or folder in a name has a blank; what follows them is flags already.
            let isNamed = rest.first.map { !$0.hasPrefix("--") } ?? false
            return ShellQuote.readable(
                ["check-mount"] + (isNamed ? ["--mount-point"] : []) + rest + filters)
        case "check" where !rest.isEmpty:
            return ShellQuote.readable(["check", rest.joined(separator: " ")] + filters)
        default:
            return ShellQuote.readable(["check", named.joined(separator: " ")] + filters)
        }
    }
}
