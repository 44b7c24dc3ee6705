import Acting
@testable import ClusterView
import SlurmKit
import SlurmModel
@testable import Terminal
import TestSupport
import Testing

/// What stands on the screen adds up, keeps to its width, and steers no terminal.
@Suite struct StatusPictureTests {
    private static let seeds = Array(1...UInt64(Fuzzing.rounds(30, few: 2)))

    private func rows(_ table: Table) -> [[String]] { Array(table.plainRows.dropFirst()) }

    /// The numbers before words, as in `GPUs: 4 used, 12 free of 16`.
    private func numbers(_ text: String) -> [Int] {
        text.matches(of: /[0-9]+/).compactMap { Int($0.output) }
    }

    @Test(
        "Every node of a partition is in one of its rows, and in no second one",
        arguments: seeds)
    func partitionRows(_ seed: UInt64) throws {
        let status = ComposedCluster(seed).status()
        let hasGPUs = status.usage.contains { $0.gpus > 0 }
        for partition in status.partitions {
            let title = ClusterStatus.title(of: partition)
            let own = rows(status.partitionTable()).filter { $0[0] == title }
            let wanted = status.nodes.filter { $0.partitions.contains(partition.name) }.map(\.name)
            let named = try own.filter { $0[4] != "n/a" }.flatMap {
                try Hostlist.expand($0.last ?? "")
            }
            #expect(named.sorted() == wanted.sorted())
            #expect(own.compactMap { Int($0[3]) }.reduce(0, +) == wanted.count)
            #expect(own.allSatisfy { $0.count == (hasGPUs ? 7 : 6) })
        }
    }

    @Test(
        "State and reason put each node into one row; the rows' figures add up to the whole",
        arguments: seeds)
    func groups(_ seed: UInt64) throws {
        let status = ComposedCluster(seed).status()
        let total = PartitionUsage.sum(of: status.nodes)
        for grouping in [NodeGrouping.state, .reason] {
            let records = String(
                decoding: status.csv(.grouped(grouping), isTerminal: true), as: UTF8.self
            )
            .split(separator: "\r\n")
            let own = rows(status.groupTable(grouping, width: nil))
            #expect(records.count == own.count + 1)
            let names = try own.flatMap { try Hostlist.expand($0.last ?? "") }
            #expect(names.sorted() == status.nodes.map(\.name).sorted())
            let cpus = own.map { numbers($0[grouping == .reason ? 1 : 2]) }
            #expect(cpus.reduce(0) { $0 + $1[1] } == total.cpus)
        }
        // A node with two types is in two rows, its GPUs in one each.
        let gpus = rows(status.groupTable(.gpu, width: nil)).map { numbers($0[3]) }
        #expect(gpus.reduce(0) { $0 + ($1.last ?? 0) } == total.gpus)
        #expect(gpus.reduce(0) { $0 + ($1.first ?? 0) } == total.gpusFree)
    }

    @Test(
        "The summary counts every node once and every GPU in one way",
        arguments: seeds)
    func summary(_ seed: UInt64) throws {
        var composed = ComposedCluster(seed)
        // Figures that fit together: what is in use is configured.
        for place in composed.nodes.indices {
            for type in composed.nodes[place].gpus.indices {
                let total = composed.nodes[place].gpus[type].total
                composed.nodes[place].gpus[type].used = min(
                    total, composed.nodes[place].gpus[type].used)
            }
        }
        let status = composed.status()
        let states = numbers(String(status.summary[0].drop { $0 != ":" }))
        #expect(states.first == status.nodes.count)
        #expect(states.dropFirst().reduce(0, +) == status.nodes.count)
        let gpus = numbers(String(status.summary[1].prefix { $0 != ";" }))
        #expect(gpus.dropLast().reduce(0, +) == gpus.last)
    }

    @Test(
        "No line is wider than the terminal but a command, which stands whole",
        arguments: seeds)
    func width(_ seed: UInt64) {
        let status = ComposedCluster(seed).status()
        let views: [StatusView] =
            [.overview, .nodes(NodeColumn.standard), .nodes([.node, .attention])]
            + NodeGrouping.allCases.map { .grouped($0) }
        for view in views {
            for width in [60, 80] {
                for line in status.lines(view, width: width) where TerminalText.width(line) > width
                {
                    #expect(
                        ["fleet ", "scontrol ", "systemctl "].contains { line.contains($0) },
                        "\(width): \(line)")
                }
                let painted = status.picture(view, width: width).lines(
                    width: width, isPainted: true)
                #expect(!painted.contains { TerminalText.width($0) > width })
            }
            let text = status.lines(view, width: 80).joined()
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202e}" })
            let styled = status.lines(view, width: 80, styled: true)
                .map { $0.replacing(/\u{1b}\[[0-9;]*m/, with: "") }
            #expect(styled == status.lines(view, width: 80))
        }
    }

    @Test(
        "CSV has a record per node and a field per column, whatever the texts hold",
        arguments: seeds)
    func csv(_ seed: UInt64) throws {
        let status = ComposedCluster(seed).status()
        let text = String(
            decoding: status.csv(.nodes(NodeColumn.allCases), isTerminal: true), as: UTF8.self)
        // Shown for a terminal, no field has a line end of its own.
        let records = text.split(separator: "\r\n")
        #expect(records.count == status.nodes.count + 1)
        for record in records {
            var quoted = false
            let fields = record.reduce(1) { count, letter in
                if letter == "\"" { quoted.toggle() }
                return count + (letter == "," && !quoted ? 1 : 0)
            }
            #expect(fields == NodeColumn.allCases.count)
        }
    }

    // MARK: - Changes

    private func picture(_ cells: [[String]], _ text: String = "calm") -> StatusPicture {
        var table = Table([Table.Column("NODE"), Table.Column("AGE", restless: true)])
        for row in cells { table.add(row, key: row[0]) }
        return StatusPicture([.text(text, .good), .gap, .table(table)])
    }

    @Test("Only what differs is marked, and an age that goes on is no change")
    func marking() {
        func marked(_ picture: StatusPicture, since earlier: StatusPicture) -> [String] {
            picture.marking(changesSince: earlier).lines(width: 80, styled: true)
                .flatMap { $0.matches(of: /\u{1b}\[7m(.*?)\u{1b}\[0m/).map { String($0.1) } }
        }
        let before = picture([["n1", "1 s"], ["n2", "1 s"]])
        #expect(marked(before, since: before).isEmpty)
        #expect(marked(picture([["n1", "9 s"], ["n2", "9 s"]]), since: before).isEmpty)
        #expect(marked(picture([["n1", "1 s"], ["n3", "2 s"]]), since: before) == ["n3", "2 s"])
        // Rows that changed places, or went, did not change.
        #expect(marked(picture([["n2", "1 s"]]), since: before).isEmpty)
        #expect(marked(picture([["n1", "1 s"]], "alarm"), since: before) == ["alarm"])
        // A picture with a table that was not there before: nothing to compare it with.
        #expect(marked(before, since: StatusPicture([.gap])) == ["calm"])
    }

    @Test(
        "A terminal of no width is taken as one of 20 columns, and text is never dropped",
        arguments: [0, 1, 20, 40])
    func narrow(_ width: Int) {
        let words = (1...30).map { "word\($0)" }
        let lines = StatusPicture([.text(words.joined(separator: " "), nil)]).lines(width: width)
        #expect(lines.flatMap { $0.split(separator: " ").map(String.init) } == words)
        #expect(lines.allSatisfy { $0.count <= max(20, width) })
    }
}
