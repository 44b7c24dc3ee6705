import Acting
import FanOut
import Platform
package import SlurmModel
import Terminal
import Verdicts

/// Everything that is known of one node, for `fleet node`.
package struct NodeSheet: Sendable {
    let node: Node
    let status: ClusterStatus
    let reservations: [Reservation]
    var now: Int { status.generated }

    /// Makes the sheet.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - status: The status it is of, with its jobs.
    ///   - reservations: All reservations; those of the node are shown.
    package init(_ node: Node, in status: ClusterStatus, reservations: [Reservation]) {
        self.node = node
        self.status = status
        self.reservations = reservations.filter { $0.nodes.contains(node.name) }
    }

    /// The sheet: a sentence, what is the matter, the fields that are set, and the jobs.
    package var picture: StatusPicture {
        var parts: [StatusPicture.Part] = [
            .text("\(node.name): \(node.sentence(now: now))", node.state.style ?? .bold)
        ]
        let matters = matters
        parts += matters.map { .text(status.rights.text($0), .faint) }
        if let note = status.rights.note, matters.contains(where: status.rights.concerns) {
            parts.append(.text(note, .faint))
        }
        parts.append(.table(fields))
        if let jobs = jobTable { parts += [.gap, .table(jobs)] }
        return StatusPicture(parts)
    }

    /// What is the matter beside the state, which the sentence has, and what to do about each.
    private var matters: [String] {
        (status.matters[node.name] ?? []).flatMap { found -> [String] in
            let isState = found.detail != nil && found.detail == node.reason?.text
            let detail = found.detail.map { ": \($0)" } ?? ""
            let since =
                found.code == .check && found.severity > .info
                ? found.since.map { ", since \(Age(seconds: now - $0).text)" } ?? "" : ""
            return (isState || found.code == .notResponding ? [] : [found.what + since + detail])
                + found.remedies.map { "-> " + $0.replacing("{nodes}", with: node.name) }
        } + uncheckedWords
    }

    /// That nobody looked, or long ago: a node of which nothing is known is not a healthy one.
    private var uncheckedWords: [String] {
        let coverage = FleetCoverage([node], verdicts: status.verdicts, now: now)
        let drained = AttentionRules.drainedFlag(for: [node])
        let flags = "-n \(ShellQuote.readable([node.name]))\(drained)"
        if !coverage.unchecked.isEmpty { return ["not checked -> fleet health \(flags)"] }
        guard let old = coverage.old.first else { return [] }
        return ["last checked \(Age(seconds: old.age).text) ago -> fleet \(old.command) \(flags)"]
    }

    private var fields: Table {
        var table = Table([Table.Column("FIELD"), Table.Column("VALUE")])
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            table.add([name, value], key: name)
        }
        add("state", stateWords)
        add("partitions", node.partitions.joined(separator: ", "))
        for reservation in reservations { add("reservation", words(of: reservation)) }
        if reservations.isEmpty { add("reservation", node.details.reservation) }
        add("cpus", cpuWords)
        add("memory", memoryWords)
        for count in node.gpus { add("gpus", words(of: count)) }
        for gres in node.gres where gres.name != "gpu" { add(gres.name, words(of: gres)) }
        add("features", featureWords)
        add("times", timeWords)
        add("power", powerWords)
        add("slurmd", slurmdWords)
        add("cloud", cloudWords)
        for (name, value) in oddities { add(name, value) }
        for last in status.verdicts[node.name] ?? [] { add("check", words(of: last)) }
        if status.verdicts[node.name] != nil { add("history", "fleet history \(node.name)") }
        return table
    }

    private var jobTable: Table? {
        let jobs = status.holders(of: node.name)
        guard !jobs.isEmpty else { return nil }
        var table = Table([
            Table.Column("JOB", numeric: true), Table.Column("USER"), Table.Column("STATE"),
            Table.Column("SINCE", numeric: true, restless: true),
            Table.Column("LEFT", numeric: true, restless: true), Table.Column("NAME"),
        ])
        for job in jobs.sorted(by: { $0.id < $1.id }) {
            let state = job.isCompleting ? "completing" : job.state.rawValue
            table.add(
                [
                    String(job.id), job.user ?? "-", state,
                    job.start.map { Age(seconds: now - $0).text } ?? "-",
                    job.end.map { Age(seconds: $0 - now).text } ?? "-", job.name ?? "",
                ], key: String(job.id))
        }
        return table
    }
}
