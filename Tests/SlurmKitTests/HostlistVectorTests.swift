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

    /// `scontrol show hostlistsorted` keeps what is there twice, and fleet drops it; all else is the same.
    @Test func foldSorted() throws {
        var walked = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "foldsorted"
        {
            let names = try Hostlist.expand(row[0])
            let folded = Hostlist.foldSorted(names)
            if Set(names).count == names.count {
                walked += 1
                #expect(folded == row[1], "\(row[0].prefix(100))")
            } else {
                #expect(try Hostlist.expand(folded) == Hostlist.sorted(Set(names)))
            }
        }
        #expect(walked == 617)
    }

    /// What fleet reads beyond scontrol 22.05: text after a bracket, for which 26.05 is the judge.
    ///
    /// What neither release reads, fleet refuses too, and with it what only 26.05 makes names of that nobody meant.
    @Test func expression() throws {
        let guessed = ["n6[1-4]]", "x[1-30]p4-9]", "n[1-2]]", "n[[1-2]]"]
        var suffixes = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "expand" {
            let names = try? HostlistExpression.expand(row[0]).joined(separator: " ")
            var expected = row[1]
            if Self.refused[row[0]] != nil || guessed.contains(row[0]) {
                expected = "ERROR"
            } else if row[1] == "ERROR", row[4] != "same", row[4] != "ERROR" {
                suffixes += 1
                expected = row[4]
            }
            #expect(names ?? "ERROR" == expected, "\(row[0].prefix(100))")
        }
        #expect(suffixes == 164)
    }

    /// Where ClusterShell 1.9.3 and fleet read a hostlist, they mean the same nodes.
    ///
    /// None of the vectors has an operator or a step: ``HostlistExpressionTests`` has them.
    @Test func clusterShell() throws {
        var agreed = 0
        for row in try SharedData.rows("vectors/hostlist_vectors.tsv") where row[3] == "expand" {
            let theirs = row[5] == "same" ? row[1] : row[5]
            // libslurm counts the plus sign as a digit, and names n01 and n02.
            guard row[0] != "n[+1-2]", !theirs.hasPrefix("ERROR"), !theirs.hasPrefix("("),
                let names = try? HostlistExpression.expand(row[0])
            else { continue }
            agreed += 1
            let wanted = Set(theirs.split(separator: " ").map(String.init))
            #expect(Set(names) == wanted, "\(row[0].prefix(100))")
        }
        #expect(agreed == 767)
    }
}
