@testable import ClusterView
import SlurmKit
import SlurmModel
import TestSupport
@testable import Terminal
import Testing

/// `--sort` and the cells it compares: an order in which every node has one place, whatever its values are.
@Suite struct NodeOrderTests {
    private static let seeds = Array(1...UInt64(Fuzzing.rounds(20, few: 1)))

    @Test(
        "By every column, rising and falling, all nodes are there and stand in order",
        arguments: NodeColumn.allCases)
    func everyColumn(_ column: NodeColumn) throws {
        for seed in Self.seeds {
            let status = ComposedCluster(seed, nodes: 12).status()
            for sign in ["", "-"] {
                let sorted = try NodeOrder(sign + column.rawValue).sorted(status)
                #expect(Set(sorted.map(\.name)) == Set(status.nodes.map(\.name)))
                #expect(sorted.count == status.nodes.count)
                let values = sorted.map { column.value($0, in: status) }
                for (one, next) in zip(values, values.dropFirst()) {
                    let isMissing = one == .missing || next == .missing
                    let wrong = sign.isEmpty || isMissing ? next.precedes(one) : one.precedes(next)
                    #expect(wrong != true, "\(sign)\(column.rawValue): \(one) before \(next)")
                }
            }
        }
    }

    @Test(
        "Equal ones stay in slurmctld's order, rising and falling; the next column breaks the tie")
    func ties() throws {
        let nodes = [("n3", 1), ("n10", 0), ("n2", 1), ("n1", 0)].map { name, gpus in
            Node(name: name, gpus: [GPUCount(type: nil, total: 8, used: gpus)])
        }
        let status = ClusterStatus(
            cluster: Cluster(name: "c", partitions: [], nodes: nodes), nodes: nodes,
            partitionNames: [], generated: 0)
        func names(_ order: String) throws -> [String] {
            try NodeOrder(order).sorted(status).map(\.name)
        }
        #expect(try names("base") == ["n3", "n10", "n2", "n1"])
        #expect(try names("-base") == ["n3", "n10", "n2", "n1"])
        #expect(try names("gpus_used") == ["n10", "n1", "n3", "n2"])
        #expect(try names("-gpus_used") == ["n3", "n2", "n10", "n1"])
        #expect(try names("GPUS_USED, node") == ["n1", "n10", "n2", "n3"])
        #expect(try names("-gpus_used -node") == ["n3", "n2", "n10", "n1"])
    }

    private static let values: [CellValue] = [
        .missing, .text(""), .text("n2"), .text("n02"), .text("n10"), .text("장애"), .text("\u{0}"),
        .integer(0), .integer(-1), .integer(.max), .decimal(0.5), .mebibytes(2048),
        .share(0, of: 0), .share(5, of: 0), .share(1, of: 2), .share(2, of: 1),
        .mebibyteShare(1, of: 3), .moment(1_800_000_000),
    ]

    @Test("Of two cells one comes first, or neither; of three no circle")
    func total() {
        func kind(_ value: CellValue) -> Int {
            switch value {
            case .missing: 0
            case .text: 1
            default: 2
            }
        }
        // A column has one kind of value, and what is missing.
        for kinds in [[0, 1], [0, 2]] {
            let values = Self.values.filter { kinds.contains(kind($0)) }
            for one in values {
                #expect(one.precedes(one) == nil)
                for other in values {
                    #expect(one.precedes(other) == other.precedes(one).map { !$0 })
                    for third in values where one.precedes(other) == true {
                        guard other.precedes(third) == true else { continue }
                        #expect(one.precedes(third) == true, "\(one), \(other), \(third)")
                    }
                }
            }
        }
    }

    @Test(
        "What people and programs read of a cell",
        arguments: [
            (.missing, "-", ""), (.text("a\nb"), "a\nb", "a\nb"), (.integer(-3), "-3", "-3"),
            (.decimal(95.25), "95.3", "95.25"), (.share(3, of: 0), "3/0", "3/0"),
            (.mebibytes(1_536), "1.5", "1536"),
            (.mebibytes(.max), "9007199254740992.0", "\(Int.max)"),
            (.mebibyteShare(0, of: 2_063_450), "0.0/2015.1", "0/2063450"),
            (.moment(1_799_999_000), "16 min ago", "2027-01-15T07:43:20Z"),
            (.moment(1_800_000_000), "0 s ago", "2027-01-15T08:00:00Z"),
            (.moment(1_800_007_200), "in 2 h", "2027-01-15T10:00:00Z"),
        ] as [(CellValue, String, String)])
    func forms(_ value: CellValue, _ words: String, _ plain: String) {
        #expect(value.words(now: 1_800_000_000) == words)
        #expect(value.plain == plain)
    }

    @Test(
        "A column that is not there is named as it was given, with those near it, and the flag",
        arguments: [
            ("-", "--sort: '' is no column; did you mean 'node' or 'hostname'"),
            ("-Memoryy", "--sort: 'Memoryy' is no column; did you mean 'memory'?"),
            ("--node", "--sort: '-node' is no column; did you mean 'node'?"),
            ("node,부하", "--sort: '부하' is no column; columns are: node, hostname"),
            (String(repeating: "x", count: 200), "columns are: node"),
        ])
    func unknown(_ order: String, _ words: String) {
        let error = #expect(throws: UsageError.self) { try NodeOrder(order) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("Every name of the help is one that both flags take, in any case")
    func names() throws {
        #expect(NodeColumn.names.split(separator: ",").count == NodeColumn.allCases.count)
        #expect(try NodeColumn.list(NodeColumn.names.uppercased()) == NodeColumn.allCases)
        #expect(try NodeOrder(NodeColumn.names).terms.map(\.column) == NodeColumn.allCases)
        #expect(Set(NodeColumn.allCases.map(\.title)).count == NodeColumn.allCases.count)
        #expect(NodeColumn.allCases.filter(\.needsJobs) == [.jobs, .users])
        #expect(try !NodeOrder("node,-load").needsJobs)
    }
}
