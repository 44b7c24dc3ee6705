import SlurmKit
import SlurmModel
import TestSupport
import Testing

/// fleet uses libslurm for hostlists, so the vectors tell where fleet and scontrol part, and only there.
@Suite(.enabled(if: SharedData.has("vectors/hostlist_vectors.tsv"), SharedData.whyNot))
struct HostlistVectorTests {
    /// What scontrol 22.05 accepts and fleet refuses: libslurm guesses at names nobody meant.
    private static let refused = [
        "nova6[": "becomes the one node 'nova6]'",
        "n[1-2": "becomes the one node 'n]'",
        "n1]": "becomes the one node 'n1]'",
        "n[ 1-2]": "becomes n01 and n02",
    ]

    @Test func expand() throws {
        var walked = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "expand" {
            walked += 1
            let names = try? Hostlist.expand(row[0]).joined(separator: " ")
            let expected = Self.refused[row[0]] == nil ? row[1] : "ERROR"
            #expect(names ?? "ERROR" == expected, "\(row[0].prefix(100))")
        }
        #expect(walked == 856)
    }

    @Test func fold() throws {
        var walked = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "fold" {
            walked += 1
            // Some inputs hold brackets already.
            let folded = Hostlist.fold(try Hostlist.expand(row[0]))
            #expect(folded == row[1], "\(row[0].prefix(100))")
        }
        #expect(walked == 632)
    }

    /// fleet never sorts, so the sorted lists only go back: they name the same nodes.
    @Test func expandSorted() throws {
        var walked = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "foldsorted"
        {
            walked += 1
            let names = try Hostlist.expand(row[1]).sorted()
            let given = try Hostlist.expand(row[0]).sorted()
            #expect(names == given, "\(row[0].prefix(100))")
        }
        #expect(walked == 632)
    }
}
