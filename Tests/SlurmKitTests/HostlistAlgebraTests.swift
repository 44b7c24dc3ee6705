import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// What holds for any hostlist, tried with names of many shapes in many orders.
@Suite struct HostlistAlgebraTests {
    /// Names as clusters have them: one number, padded ones, two numbers, text behind, none at all.
    private static func names(_ count: Int, _ random: inout SeededRandom) -> [String] {
        (0..<count).map { _ in
            let number = Int.random(in: 0...130, using: &random)
            let padded = String(1_000 + number).dropFirst()
            return switch Int.random(in: 0..<7, using: &random) {
            case 0: "n\(number)"
            case 1: "n\(padded)"
            case 2: "rack\(number % 3)-n\(number)"
            case 3: "gpu-\(number)-ib"
            case 4: "p5-dy-ml.\(number)"
            case 5: "\(padded)x\(number % 4)"
            default: ["login", "head-a", "n", "n-"].randomElement(using: &random) ?? ""
            }
        }
    }

    @Test("Names that are folded and expanded are the same names in the same order")
    func foldThenExpand() throws {
        var random = SeededRandom(11)
        for round in 0..<150 {
            let names = Self.names(1 + round % 40, &random)
            let folded = Hostlist.fold(names)
            #expect(try Hostlist.expand(folded) == names, "\(folded)")
            #expect(try HostlistExpression.expand(folded) == names, "\(folded)")
        }
    }

    @Test("A sorted fold keeps every name once, whatever their order, and is its own sorted fold")
    func sorted() throws {
        var random = SeededRandom(12)
        for round in 0..<150 {
            let names = Self.names(1 + round % 60, &random)
            let folded = Hostlist.foldSorted(names)
            let back = try Hostlist.expand(folded)
            #expect(back.count == Set(names).count && Set(back) == Set(names), "\(folded)")
            #expect(Hostlist.sorted(names) == back)
            #expect(Hostlist.foldSorted(names.shuffled(using: &random) + names) == folded)
            #expect(Hostlist.foldSorted(back) == folded)
            // One bracket to a term, and nothing behind it: every release reads it.
            #expect(!folded.contains("]["))
            for rest in folded.split(separator: "]").dropFirst() {
                #expect(rest.hasPrefix(","), "\(folded)")
            }
        }
    }

    @Test("n1, n01 and n001 are three nodes, and a range keeps the width of its first number")
    func padding() throws {
        let names = ["n1", "n01", "n001", "n2", "n02", "n002"]
        #expect(Set(try Hostlist.expand(Hostlist.foldSorted(names))) == Set(names))
        #expect(try Hostlist.expand("n[08-11]") == ["n08", "n09", "n10", "n11"])
        #expect(try Hostlist.expand("n[098-101]") == ["n098", "n099", "n100", "n101"])
        #expect(try Hostlist.expand("n[9-11]") == ["n9", "n10", "n11"])
    }

    /// A part of an expression as text and as what it must mean.
    private static func part(_ random: inout SeededRandom) -> (text: String, names: [String]) {
        let low = Int.random(in: 0...40, using: &random)
        let high = low + Int.random(in: 0...12, using: &random)
        let step = Int.random(in: 1...5, using: &random)
        let suffix = ["", "-ib", "x"].randomElement(using: &random) ?? ""
        let numbers = Array(stride(from: low, through: high, by: step))
        return switch Int.random(in: 0..<3, using: &random) {
        case 0: ("n[\(low)-\(high)/\(step)]\(suffix)", numbers.map { "n\($0)\(suffix)" })
        case 1: ("n[\(low)-\(high)]\(suffix)", (low...high).map { "n\($0)\(suffix)" })
        default:
            (
                "n[\(numbers.map(String.init).joined(separator: ","))]\(suffix)",
                numbers.map { "n\($0)\(suffix)" }
            )
        }
    }

    @Test(
        "Operators do from left to right what sets do, and the order is that of the first mention")
    func operators() throws {
        var random = SeededRandom(13)
        for _ in 0..<300 {
            var (text, names) = Self.part(&random)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let (more, right) = Self.part(&random)
                let join = [",", " ", "!", "&", "^"].randomElement(using: &random) ?? ","
                switch join {
                case "!": names.removeAll(where: right.contains)
                case "&": names = names.filter(right.contains)
                case "^":
                    names =
                        names.filter { !right.contains($0) } + right.filter { !names.contains($0) }
                default: names += right
                }
                text += join + more
            }
            let isSet = text.contains { "!&^".contains($0) }
            var seen: Set<String> = []
            let expected = isSet ? names.filter { seen.insert($0).inserted } : names
            guard !expected.isEmpty else {
                let error = #expect(throws: SlurmError.self) { try HostlistExpression.expand(text) }
                #expect(error?.cause == "it names no node", "\(text)")
                continue
            }
            #expect(try HostlistExpression.expand(text) == expected, "\(text)")
        }
    }

    @Test(
        "What is left out and what is kept make the whole, and leaving out twice is leaving out once"
    )
    func laws() throws {
        var random = SeededRandom(14)
        for _ in 0..<100 {
            let (left, right) = (Self.part(&random).text, Self.part(&random).text)
            func names(_ text: String) -> [String] {
                (try? HostlistExpression.expand(text)) ?? []
            }
            let (kept, without) = (names("\(left)&\(right)"), names("\(left)!\(right)"))
            #expect(Set(kept + without) == Set(names(left)), "\(left) \(right)")
            #expect(Set(kept).isDisjoint(with: without))
            #expect(names("\(left)!\(right)!\(right)") == without)
            #expect(Set(kept) == Set(names("\(right)&\(left)")))
            #expect(Set(names("\(left)^\(right)")) == Set(without + names("\(right)!\(left)")))
        }
    }

    @Test(
        "How many names a list has is known before libslurm makes them",
        arguments: [
            "n1", "n[1-3]", "n[1-3,7]", "n[1-2]x[3-4]", "n[1-3],m[1-2]x", "r[0-2]n[00-19]-ib",
            "a,b,a", "n[1-1]", "n[001-100,5]", "a[1-2]b[1-2]c[1-2]", "n[7,7,7]",
        ])
    func counts(_ text: String) throws {
        #expect(Hostlist.mostNames(in: text) == (try HostlistExpression.expand(text).count))
    }

    @Test("No text makes the count overflow, and each that is far too large is refused by it")
    func hugeCounts() {
        let most = Hostlist.maximumCount
        let bracket = "[" + Array(repeating: "0-9999999", count: 90).joined(separator: ",") + "]"
        for text in [
            "n[0-\(Int.max)]", "n[0-\(Int.max)][0-\(Int.max)][0-\(Int.max)]",
            String(repeating: bracket, count: 20),
            Array(repeating: "n\(bracket)\(bracket)", count: 50).joined(separator: ","),
        ] {
            #expect(Hostlist.mostNames(in: text) > most, "\(text.prefix(40))")
            #expect(throws: SlurmError.self) { try HostlistExpression.expand(text) }
        }
    }

    @Test(
        "A list of many nodes is read whatever stands between them: commas, blanks, lines, operators",
        arguments: [",", " ", "\n", "\t", "\r\n", " , ", ",\n"])
    func longLists(_ separator: String) throws {
        let names = (1...400).map { "gpu-\($0)" }
        let text = names.joined(separator: separator)
        #expect(try HostlistExpression.expand(text) == names)
        #expect(try HostlistExpression.expand(text + "!gpu-1") == Array(names.dropFirst()))
        let chain = "gpu-[1-400]!" + names.dropFirst().joined(separator: "!")
        #expect(try HostlistExpression.expand(chain) == ["gpu-1"])
    }

    @Test("A number of a thousand digits is still refused beside any separator")
    func longNumbers() {
        let long = String(repeating: "9", count: 1_100)
        for text in ["a \(long)", "a\n\(long)", "a!\(long)", "a&n[1-\(long)]", "a^\(long) b"] {
            let error = #expect(throws: SlurmError.self) { try HostlistExpression.expand(text) }
            #expect(error?.cause.hasPrefix("it has a name or a range of 110") == true)
        }
    }
}
