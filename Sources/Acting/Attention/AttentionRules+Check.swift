import History
import Platform
import SlurmModel
import Verdicts

extension AttentionRules {
    /// What a check said last, where it was not well.
    ///
    /// One from before the node's last boot is only worth knowing: the boot may have been the repair.
    func check(of node: Node) -> Attention? {
        guard let last = context.verdicts[node.name] else { return nil }
        let severity: Severity
        switch last.verdict {
        case .ok: return nil
        case .warn: severity = .warn
        case .unknown: severity = .unknown
        case .fail: severity = .fail
        }
        let isOld = (node.bootTime ?? 0) > last.time
        let word = last.verdict == .fail ? "failed" : "said \(last.verdict.rawValue)"
        return Attention(
            isOld ? .info : severity, .check,
            "\(last.check) \(word)\(isOld ? ", before the last boot" : "")", detail: last.message,
            remedy: "check again: fleet \(Self.command(of: last.check)) -n {nodes}",
            since: last.time)
    }

    /// The command of a check, as ``ProbeSpecification/checkName`` names it: the built-in ones have their own, the
    /// site's are `fleet check`'s.
    private static func command(of check: String) -> String {
        let words = check.split(separator: " ").map(String.init)
        let rest = Array(words.dropFirst())
        switch words.first {
        case "gpu-check": return "gpu-check"
        case "gpu-diag": return "gpu-check --diag"
        case "check-mount":
            // No mount point or folder in a name has a blank; what follows them is flags already.
            let isNamed = rest.first.map { !$0.hasPrefix("--") } ?? false
            return ShellQuote.readable(["check-mount"] + (isNamed ? ["--mount-point"] : []) + rest)
        case "check" where !rest.isEmpty:
            return ShellQuote.readable(["check", rest.joined(separator: " ")])
        default: return ShellQuote.readable(["check", check])
        }
    }
}
