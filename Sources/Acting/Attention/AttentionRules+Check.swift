import History
import Platform
package import SlurmModel
import Verdicts

extension AttentionRules {
    /// What each check said last, where it was not well, or comes and goes; what the node's reason tells is left out.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - state: What its state says.
    /// - Returns: What is to be told beside that.
    func checks(of node: Node, beside state: Attention?) -> [Attention] {
        let told = state?.code == .drained ? cause(ofDrained: node) : nil
        return (context.verdicts[node.name] ?? []).filter { $0 != told }
            .compactMap { check($0, of: node) }
    }

    /// What a check said last.
    private func check(_ last: LastVerdict, of node: Node) -> Attention? {
        guard last.verdict != .ok else { return flapping(last, of: node) }
        return Attention(
            severity(of: last, on: node), .check, "\(last.check) \(words(last, of: node))",
            detail: last.message, remedies: remedies(last, of: node),
            since: last.since ?? last.time)
    }

    /// How much it weighs.
    ///
    /// A failure from before the node's last boot is unknown: the boot may have been the repair, and only the same check
    /// can say so.
    func severity(of last: LastVerdict, on node: Node) -> Severity {
        switch last.verdict {
        case .ok: .info
        case .warn: .warn
        case .unknown: .unknown
        case .fail: Self.isOld(last, on: node) ? .unknown : .fail
        }
    }

    private static func isOld(_ last: LastVerdict, on node: Node) -> Bool {
        (node.bootTime ?? 0) > last.time
    }

    /// `failed, failed 4 of the last 8, before the last boot`.
    func words(_ last: LastVerdict, of node: Node) -> String {
        let word = last.verdict == .fail ? "failed" : "said \(last.verdict.rawValue)"
        let often = last.flapping.map { ", \($0)" } ?? ""
        return word + often + (Self.isOld(last, on: node) ? ", before the last boot" : "")
    }

    /// A node that is well at the moment, and was not again and again.
    private func flapping(_ last: LastVerdict, of node: Node) -> Attention? {
        guard let words = last.flapping else { return nil }
        return Attention(
            .warn, .flapping, "\(last.check) comes and goes: \(words)",
            remedies: ["look at what it found: fleet history {nodes}"]
                + drain(last, node, "\(last.check): \(words)"),
            since: last.since)
    }

    /// The finding's own remedy; that the node still takes jobs; how to reboot it where that is the remedy; and how to
    /// look again.
    func remedies(_ last: LastVerdict, of node: Node) -> [String] {
        let isOld = Self.isOld(last, on: node)
        let own = isOld ? nil : last.remedy.map { Self.repair(Self.unmarked($0), on: node) }
        let drain =
            last.verdict == .fail && !isOld ? self.drain(last, node, Self.reason(of: last)) : []
        let drained = Self.drainedFlag(for: [node])
        return [own].compactMap(\.self) + drain + reboot(last, node, own)
            + ["check again: fleet \(Self.command(of: last.check)) -n {nodes}\(drained)"]
    }

    /// A remedy that repairs mounts, on the nodes that need it: without nodes it goes to all of them.
    private static func repair(_ remedy: String, on node: Node) -> String {
        guard remedy.hasPrefix("fleet mount-lustre"), !remedy.contains(" -n ") else {
            return remedy
        }
        let command = remedy.prefix { $0 != ";" }
        return command + " -n {nodes}" + drainedFlag(for: [node])
            + remedy.dropFirst(command.count)
    }

    /// A check's own words without the marks that are filled in later: a node list amid a quoted word would end its quotes.
    private static func unmarked(_ words: String) -> String {
        words.replacing("{nodes}", with: "(nodes)").replacing("{max}", with: "(max)")
    }

    private static func reason(of last: LastVerdict) -> String {
        last.findings.first.map { FleetReason.words($0.finding) }
            ?? "\(last.check): \(last.message ?? "failed")"
    }

    /// The command for a remedy that says to reboot; nothing where Slurm cannot do it.
    ///
    /// A node that fleet drained keeps its reason.
    private func reboot(_ last: LastVerdict, _ node: Node, _ remedy: String?) -> [String] {
        guard context.canReboot, let remedy, Self.isReboot(remedy), !node.state.has(.notResponding),
            Self.isAlive(node)
        else { return [] }
        let isFleets = FleetReason.isFleets(node.reason)
        let command: String
        if node.state.has(.drain) {
            // What somebody else drained is left to them.
            guard isFleets else { return [] }
            command = "fleet reboot -n {nodes}{max}"
        } else {
            command =
                "fleet reboot -n {nodes}{max} --reason "
                + ShellQuote.readable([Self.short(FleetReason.line(Self.reason(of: last)))])
        }
        return ["to reboot it: \(command)"]
    }

    /// Whether a remedy says that a reboot of the node helps.
    package static func isReboot(_ remedy: String) -> Bool { remedy.contains("reboot the node") }

    /// What to do about a sick node to which Slurm still gives jobs; nothing for one that gets none.
    private func drain(_ last: LastVerdict, _ node: Node, _ why: String) -> [String] {
        guard node.state.takesJobs else { return [] }
        let reason = FleetReason.line(why)
        return [
            "it still takes jobs; drain it: fleet drain -n {nodes}{max} --reason "
                + ShellQuote.readable([Self.short(reason)])
        ]
    }

    /// The flag, with a blank before it, without which a check passes over one of the nodes; empty where it needs none.
    ///
    /// Only root and SlurmUser reach a drained node, by the launcher direct.
    package static func drainedFlag(for nodes: some Sequence<Node>) -> String {
        nodes.contains { $0.state.has(.drain) } ? " --include-drained" : ""
    }

    /// The words of a reason that fit into a command.
    private static func short(_ reason: String) -> String {
        let reason = unmarked(reason)
        guard reason.count > longestReason else { return reason }
        let head = reason.prefix(longestReason - 4)
        let end = head.lastIndex(of: " ") ?? head.endIndex
        return head[..<end] + " ..."
    }

    /// So many characters of a finding stand in a command that is to be pasted.
    private static let longestReason = 80

    /// The command of a check, as ``ProbeSpecification/checkName`` names it: the built-in ones have their own, the
    /// site's are `fleet check`'s.
    package static func command(of check: String) -> String {
        let (named, filters) = LastVerdict.words(of: check)
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
