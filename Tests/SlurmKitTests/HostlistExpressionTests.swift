import SlurmKit
import SlurmModel
import Testing

@Suite struct HostlistExpressionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let names: [String]
        var testDescription: String { text }

        /// The names in one string, with spaces between them.
        init(_ text: String, _ names: String) {
            self.text = text
            self.names = names.split(separator: " ").map(String.init)
        }
    }

    @Test(arguments: [
        // Plain unions are libslurm's: order and duplicates as written.
        Case("n[1-3]", "n1 n2 n3"), Case("b,a,b", "b a b"), Case("b a\tb\nc", "b a b c"),
        Case(",a,,b,", "a b"), Case(" a , b ", "a b"),
        // Operators, each name once.
        Case("n[1-5]!n3", "n1 n2 n4 n5"), Case("n[1-5]&n[4-9]", "n4 n5"),
        Case("n[1-3]^n[2-4]", "n1 n4"), Case("n[1-2,2,1]!n9", "n1 n2"),
        Case("n3,n1,n2!n1", "n3 n2"), Case("n[1-5] ! n[2-3] ! n5", "n1 n4"),
        Case("a!a,a", "a"), Case("a,b^b,c", "a c"),
        // From left to right, whatever the operator.
        Case("n[1-4]!n[2-3],n3", "n1 n4 n3"), Case("n1,n2&n2,n3", "n2 n3"),
        Case("n[1-9]&n[3-7]^n[6-8]!n4", "n3 n5 n8"), Case("a^a^a", "a"), Case("a!b^b", "a b"),
        // Spaces around an operator say nothing, nor do empty members of a union.
        Case("n[1-3]\n!\nn2", "n1 n3"), Case("a b ! b", "a"), Case("a,,b!b,,", "a"),
        Case("\n a\n\n", "a"),
        // Steps.
        Case("n[0-10/5]", "n0 n5 n10"), Case("n[1-10/4,20]", "n1 n5 n9 n20"),
        Case("n[08-12/2]", "n08 n10 n12"), Case("n[7-9/5]", "n7"), Case("n[3-3/9]", "n3"),
        Case("n[1-2]x[0-4/4]", "n1x0 n1x4 n2x0 n2x4"), Case("n[0-4/2,0-4/2]", "n0 n2 n4 n0 n2 n4"),
        Case("n[1-3/1]", "n1 n2 n3"), Case("n[098-101/1]", "n098 n099 n100 n101"),
        Case("r[0-2/2]n[1-2]-ib", "r0n1-ib r0n2-ib r2n1-ib r2n2-ib"),
        // Text after a bracket.
        Case("n[1-3]-ib", "n1-ib n2-ib n3-ib"), Case("n[01-02]-ib0,n3", "n01-ib0 n02-ib0 n3"),
        Case("n[1-2]0", "n10 n20"), Case("[1-2]n", "1n 2n"), Case("n[1-3]-ib!n2-ib", "n1-ib n3-ib"),
        // A slash outside brackets is a letter, as it is for libslurm.
        Case("a/b", "a/b"),
    ])
    func expand(_ given: Case) throws {
        #expect(try HostlistExpression.expand(given.text) == given.names)
    }

    @Test(
        arguments: [
            ("", "it names no node"), (" \n", "it names no node"), (",", "it names no node"),
            ("!", "nothing stands before a '!'"), ("!a", "nothing stands before a '!'"),
            ("^a", "nothing stands before a '^'"), ("a!", "nothing stands after a '!'"),
            ("a!,", "nothing stands after a '!'"), ("a!!b", "nothing stands after a '!'"),
            ("a&^b", "nothing stands after a '&'"), ("a,&", "nothing stands before a '&'"),
            // What empty shell variables leave over.
            ("a!,b", "nothing stands after a '!'"), ("a,!b", "nothing stands before a '!'"),
            ("a , & b", "nothing stands before a '&'"), (",!a", "nothing stands before a '!'"),
            ("a!a", "it names no node"), ("n[1-2]&n[3-4]", "it names no node"),
            ("a^a", "it names no node"),
            ("n[1-2!n1", "a '[' has no ']'"), ("n1]!n1", "a ']' has no '['"),
            ("n[[1-2]]!n1", "brackets stand inside brackets"),
            ("n[1 -2]!n1", "it has a space inside brackets"), ("a!b\0", "it has a NUL character"),
            ("n[5/2]", "'5/2' is no range with a step, such as 0-10/2"),
            ("n[1-5/0]", "'1-5/0' is no range with a step, such as 0-10/2"),
            ("n[1-5/]", "'1-5/' is no range with a step, such as 0-10/2"),
            ("n[1-5/2/2]", "'1-5/2/2' is no range with a step, such as 0-10/2"),
            ("n[5-1/2]", "'5-1/2' is no range with a step, such as 0-10/2"),
            ("n[1-5/-1]", "'1-5/-1' is no range with a step, such as 0-10/2"),
            ("n[+1-5/2]", "'+1-5/2' is no range with a step, such as 0-10/2"),
            ("n[-1-5/2]", "'-1-5/2' is no range with a step, such as 0-10/2"),
            ("n[/]", "'/' is no range with a step, such as 0-10/2"),
            (
                "n[1-99999999999999999999/2]",
                "'1-99999999999999999999/2' is no range with a step, such as 0-10/2"
            ),
            ("n[3-1]!n2", "the range 3-1 runs backwards"),
            ("n[]-ib", "'' in brackets is no number and no range"),
            ("n[a]-ib", "'a' in brackets is no number and no range"),
            ("n[1&2]", "'1&2' in brackets is no number and no range"),
            ("n[1!2]", "'1!2' in brackets is no number and no range"),
        ] as [(String, String)])
    func malformed(_ text: String, _ cause: String) throws {
        let error = try #require(throws: SlurmError.self) { try HostlistExpression.expand(text) }
        #expect(error.kind == .input)
        #expect(error.cause == cause)
        #expect(error.remedy?.isEmpty == false)
    }

    /// The limit is the whole expression's, and is known before anything is multiplied out.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            "n[1-65537]", "n[1-65536]!n1", "n[1-65536]-ib,n1-ib", "n[0-131072/1]",
            "n[1-4000000000000000000/1]", "n[1-300/1]x[1-300/1]", "n[1-300]x[1-300]-ib",
            "n[1-65536]x[1-65536]x[1-65536]!n1",
            Array(repeating: "n[1-60000]", count: 1_000).joined(separator: "&"),
            "n[" + Array(repeating: "0-65535/1", count: 1_000).joined(separator: ",") + "]",
            Array(repeating: "n[0-60000/1]x", count: 1_000).joined(separator: "!"),
        ])
    func tooMany(_ text: String) throws {
        let error = try #require(throws: SlurmError.self) { try HostlistExpression.expand(text) }
        #expect(error.cause == "it names more than 65536 nodes")
        #expect(error.attempt.count < 300)
    }

    @Test(.timeLimit(.minutes(20))) func most() throws {
        #expect(try HostlistExpression.expand("n[0-131070/2]-ib").count == Hostlist.maximumCount)
        #expect(try HostlistExpression.expand("n[1-65535]!n1").count == Hostlist.maximumCount - 2)
    }
}
