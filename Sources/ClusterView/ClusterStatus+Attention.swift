import Acting
import FanOut
import Platform
import Reports
import SlurmKit
import SlurmModel
import Terminal
import Verdicts

extension ClusterStatus {
    /// What needs attention, grouped; or one line that says that nothing does, and of how much that is known.
    func attentionParts(width: Int?) -> [StatusPicture.Part] {
        guard !nodes.isEmpty else { return [.text(emptyWords, .unsure)] }
        let urgent = attention.filter { $0.attention.severity > .info }
        let title = urgent.isEmpty ? quietWords : "Needs attention: \(counts(urgent))"
        let isKnown = warnings.isEmpty && coverage?.isWhole != false
        let style: TextStyle = urgent.isEmpty ? (isKnown ? .good : .unsure) : .bold
        let table: [StatusPicture.Part] =
            attention.isEmpty ? [] : [.table(attentionTable(width: width))]
        return [.text(title, style)] + table + coverageParts + rightsParts
    }

    /// What the commands above take, where the reader lacks it.
    private var rightsParts: [StatusPicture.Part] {
        guard let note = rights.note else { return [] }
        let isNeeded =
            attention.contains { $0.attention.remedies.contains(where: rights.concerns) }
            || coverage.map { !$0.unchecked.isEmpty && rights.concerns(health($0.unchecked)) }
                == true
        return isNeeded ? [.text(note, .faint)] : []
    }

    /// Which nodes were not checked, or long ago, and by whom the others were.
    private var coverageParts: [StatusPicture.Part] {
        guard let coverage else { return [] }
        var parts: [StatusPicture.Part] = []
        if !coverage.unchecked.isEmpty {
            let count = Self.nodes(coverage.unchecked.count)
            parts.append(
                .text(
                    "not checked: \(count) -> \(rights.text(health(coverage.unchecked)))",
                    .unsure))
        }
        parts += oldParts(coverage.old)
        if coverage.fresh > 0, let newest = coverage.newest {
            let users =
                coverage.users.isEmpty ? "" : ", by \(coverage.users.joined(separator: ", "))"
            parts.append(
                .text(
                    "checked within a day: \(Self.nodes(coverage.fresh)), the newest \(Age(seconds: newest).text) ago\(users)",
                    .faint))
        }
        return parts
    }

    /// Which nodes were checked long ago, a line for each command that checks them again.
    private func oldParts(_ old: [FleetCoverage.Aged]) -> [StatusPicture.Part] {
        var commands: [String] = []
        for one in old where !commands.contains(one.command) { commands.append(one.command) }
        return commands.map { command -> StatusPicture.Part in
            let those = old.filter { $0.command == command }
            // The oldest comes first.
            let ages = [those.last, those.first].compactMap(\.self).map {
                Age(seconds: $0.age).text
            }
            let age = ages.first == ages.last ? ages[0] : ages.joined(separator: " - ")
            let again = rights.text(health(those.map(\.node), by: command))
            return .text(
                "last checks \(age) old: \(Self.nodes(those.count)) -> \(again)", .unsure)
        }
    }

    /// The command that checks nodes, as it can be pasted; a drained node is reached by it only where it says so.
    private func health(_ names: [String], by command: String = "health") -> String {
        let wanted = Set(names)
        let drained = AttentionRules.drainedFlag(
            for: nodes.lazy.filter { wanted.contains($0.name) })
        if isWhole, names.count * 2 > nodes.count { return "fleet \(command)" + drained }
        return "fleet \(command) -n \(ShellQuote.readable([Hostlist.fold(names)]))" + drained
    }

    /// A list that is empty must not read as a cluster that is well.
    private var emptyWords: String {
        isWhole
            ? "slurmctld shows this user no node: nothing is known."
            : "No node matches the selection: nothing was looked at."
    }

    /// Only nodes that answer slurmctld are said to be well.
    private var quietWords: String {
        let future = nodes.count { $0.state.base == .future }
        let asleep = nodes.count { $0.state.isAsleep && $0.state.base != .future }
        let rebooting = nodes.count {
            $0.state.isRebooting && !$0.state.isAsleep && $0.state.base != .future
        }
        let seen = nodes.count - asleep - future - rebooting
        var words: [String] = []
        if seen > 0 {
            words.append(
                coverage?.isWhole == false
                    ? "Slurm has no complaint about \(Self.nodes(seen)), but not all were checked within a day"
                    : "Nothing needs attention on \(Self.nodes(seen))"
                        + (warnings.isEmpty ? "" : ", as far as is known"))
        }
        if asleep > 0 {
            let verb = asleep == 1 ? "is" : "are"
            words.append("\(Self.nodes(asleep)) \(verb) powered down or on the way, and not seen")
        }
        if rebooting > 0 {
            let verb = rebooting == 1 ? "is" : "are"
            words.append("\(Self.nodes(rebooting)) \(verb) rebooting, and not seen")
        }
        if future > 0 {
            words.append("\(Self.nodes(future)) \(future == 1 ? "is" : "are") not there yet")
        }
        let notes = attention.isEmpty ? "." : "; worth knowing:"
        return words.joined(separator: "; ") + notes
    }

    private func counts(_ groups: [AttentionGroup]) -> String {
        let partitions = groups.count { $0.attention.code == .partition }
        let names = Set(
            groups.filter { $0.attention.code != .partition }.flatMap(\.nodes))
        var words: [String] = []
        if !names.isEmpty { words.append("\(names.count) of \(Self.nodes(nodes.count))") }
        if partitions > 0 {
            words.append("\(partitions) \(partitions == 1 ? "partition" : "partitions")")
        }
        return words.joined(separator: ", ")
    }

    private static func nodes(_ count: Int) -> String {
        "\(count) \(count == 1 ? "node" : "nodes")"
    }

    /// A node list goes on over so many lines at most: a thousand scattered names would fill the screen.
    ///
    /// What to do takes no more on the screen of a watch; elsewhere its commands stand whole, since they are to be pasted.
    private static let mostListLines = 4

    private func attentionTable(width: Int?) -> Table {
        var table = Table([
            Table.Column("NODES"), Table.Column("COUNT", numeric: true),
            Table.Column("SEVERITY"), Table.Column("SINCE", numeric: true, restless: true),
            Table.Column("WHAT"),
        ])
        for group in attention {
            let found = group.attention
            let key = "\(found.code.rawValue) \(found.what) \(found.detail ?? "")"
            let rows = FoldedTable.rows(
                of: group.nodes, cells: [found.severity.rawValue, since(group), found.what],
                width: width, most: width == nil ? .max : Self.mostListLines)
            for (place, row) in rows.enumerated() {
                table.add(
                    row, styles: found.severity.style.map { [2: $0] } ?? [:], key: "\(key) \(place)"
                )
            }
            if let detail = found.detail { table.addNote(detail, key: "\(key) detail") }
            let list = ShellQuote.readable([Hostlist.fold(group.nodes)])
            for remedy in found.remedies {
                let line = rights.text(remedy.replacing("{nodes}", with: list))
                table.addNote("-> " + line, style: .faint, mostPainted: Self.mostListLines)
            }
        }
        return table
    }

    /// `2 h`, or `2 h - 3 d` where it began at different times.
    private func since(_ group: AttentionGroup) -> String {
        guard let earliest = group.earliest, let latest = group.latest else { return "-" }
        let ages = [latest, earliest].map { Age(seconds: generated - $0) }
        // Seconds between two nodes are those of the run that found both.
        guard ages[1].seconds - ages[0].seconds >= 60 else { return ages[1].text }
        return ages[0].text == ages[1].text
            ? ages[0].text : ages.map(\.text).joined(separator: " - ")
    }
}

extension Severity {
    /// How it stands out.
    var style: TextStyle? {
        switch self {
        case .info: .faint
        case .warn: .warning
        case .unknown: .unsure
        case .fail: .bad
        }
    }
}
