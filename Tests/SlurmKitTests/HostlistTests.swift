import SlurmKit
import SlurmModel
import Testing

@Suite struct HostlistTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let names: [String]
        var testDescription: String { text }

        init(_ text: String, _ names: String...) {
            self.text = text
            self.names = names
        }
    }

    @Test("A name of a thousand letters and more is refused at once, wherever it stands")
    func longName() throws {
        let long = String(repeating: "9", count: 20_000)
        for text in [long, "a\(long)[1-100]", "n1,n2,a-\(long)", "a[1-2]\(long)", "a[\(long)]"] {
            let error = #expect(throws: SlurmError.self) { try Hostlist.expand(text) }
            #expect(error?.description.contains("shorter than 1024") == true)
            #expect(throws: SlurmError.self) { try HostlistExpression.expand(text) }
        }
        let name = "n" + String(repeating: "x", count: 254)
        #expect(try Hostlist.expand("\(name)[1-2]") == [name + "1", name + "2"])
    }

    @Test(arguments: [
        Case("gpu-1", "gpu-1"),
        Case("gpu-[1-3,7]", "gpu-1", "gpu-2", "gpu-3", "gpu-7"),
        Case("n[008-010]", "n008", "n009", "n010"),
        Case("n[1-2]x[3-4]", "n1x3", "n1x4", "n2x3", "n2x4"),
        // In the order given, and twice where given twice.
        Case("b,a,b", "b", "a", "b"),
        // A file of names, one to a line.
        Case("a\nb\n", "a", "b"), Case("a b\tc", "a", "b", "c"), Case(",a,,b,", "a", "b"),
        Case("%s%n", "%s%n"),
    ])
    func expand(_ given: Case) throws {
        #expect(try Hostlist.expand(given.text) == given.names)
    }

    @Test(arguments: [
        "", ",", " ", "[", "]", "n[", "n]", "n[]", "n[1-2", "n1-2]", "n]1[", "n[[1-2]]", "n[1-2]]",
        "n[3-1]", "n[a]", "n[1,,2]", "n[ 1]", "n[1 -2]", "n[-1]", "n[1-2]x", "n1\0,n2",
    ])
    func malformed(_ text: String) throws {
        let error = try #require(throws: SlurmError.self) { try Hostlist.expand(text) }
        #expect(error.kind == .input)
        #expect(error.remedy?.isEmpty == false)
    }

    /// Known before libslurm sees it, which would write a line of its own to standard error.
    @Test(
        arguments: [
            ("gpu-[3-1]", "the range 3-1 runs backwards"),
            ("a,r[1-2]n[1,010-9]", "the range 010-9 runs backwards"),
            ("n[a]", "'a' in brackets is no number and no range"),
            ("n[1,,2]", "'' in brackets is no number and no range"),
            ("n[1--3]", "'1--3' in brackets is no number and no range"),
        ])
    func ranges(_ text: String, _ cause: String) throws {
        let error = try #require(throws: SlurmError.self) { try Hostlist.expand(text) }
        #expect(error.cause == cause)
    }

    /// Without a limit of fleet's own libslurm takes gigabytes for some of these, or gives a negative count.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            "n[1-65537]", "n[1-4294967296]", "n[1-18446744073709551615]",
            "n[0-99999999999999999999999999]", "n[1-300][1-300]", "n[1-60000][1-60000]",
            "n[1-65536][1-65536][1-65536]", "n[1-65536],n1",
            "n[1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9]",
            Array(repeating: "n[1-60000]", count: 1000).joined(separator: ","),
        ])
    func tooMany(_ text: String) throws {
        let error = try #require(throws: SlurmError.self) { try Hostlist.expand(text) }
        #expect(error.cause == "it names more than 65536 nodes")
    }

    @Test(.timeLimit(.minutes(20))) func most() throws {
        #expect(try Hostlist.expand("n[1-65536]").count == Hostlist.maximumCount)
        #expect(try Hostlist.expand("n[1-256]x[1-256]").count == Hostlist.maximumCount)
    }

    @Test func fold() throws {
        #expect(Hostlist.fold([String]()) == "")
        #expect(Hostlist.fold(["n2", "n1", "n2"]) == "n[2,1-2]")
        // Longer than the first buffer.
        let names = (0..<5_000).map { "node-\($0 * 2)" }
        let expanded = try Hostlist.expand(Hostlist.fold(names))
        #expect(expanded == names)
    }

    @Test func foldSorted() throws {
        #expect(Hostlist.foldSorted([String]()) == "")
        #expect(Hostlist.foldSorted(["n10", "n2", "a", "n2", "n1"]) == "a,n[1-2,10]")
        // Never text after a bracket, never two brackets: no release of scontrol refuses it.
        #expect(Hostlist.foldSorted(["n2-ib", "n1-ib"]) == "n1-ib,n2-ib")
        #expect(Hostlist.foldSorted(["r1n1", "r1n2", "r2n1"]) == "r1n[1-2],r2n1")
        #expect(Hostlist.sorted(["n10", "n2", "a", "n2", "n1"]) == ["a", "n1", "n2", "n10"])
        #expect(Hostlist.sorted([String]()).isEmpty)
    }
}
