import Terminal
import TestSupport
import Testing

/// What `did you mean` is made of.
@Suite struct EditDistanceTests {
    @Test(
        arguments: [
            ("", "", 0), ("status", "status", 0), ("", "run", 3), ("statsu", "status", 2),
            ("stauts", "status", 2), ("chek", "check", 1), ("drainn", "drain", 1),
            ("resum", "resume", 1), ("kitten", "sitting", 3), ("abc", "xyz", 3),
            // A letter is what a person sees as one.
            ("e\u{301}", "é", 0), ("한글", "한", 1), ("👩‍🚀", "🚀", 1),
        ] as [(String, String, Int)])
    func known(_ left: String, _ right: String, _ distance: Int) {
        #expect(EditDistance.between(left, right) == distance)
        #expect(EditDistance.between(right, left) == distance)
    }

    @Test("It is a distance: symmetric, zero for equals alone, and no way round is shorter")
    func metric() {
        var random = SeededRandom(7)
        let words = (0..<18).map { _ in
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    "abc".randomElement(using: &random) ?? "a"
                })
        }
        let distances = words.map { one in words.map { EditDistance.between(one, $0) } }
        for (row, one) in words.enumerated() {
            for (column, other) in words.enumerated() {
                let direct = distances[row][column]
                #expect(direct == distances[column][row])
                #expect((direct == 0) == (one == other))
                #expect(direct <= max(one.count, other.count))
                #expect(direct >= abs(one.count - other.count))
                for third in words.indices
                where direct > distances[row][third] + distances[third][column] {
                    Issue.record("\(one) \(words[third]) \(other)")
                }
            }
        }
    }

    @Test("So many changes to a word are never told as more", arguments: 1...4)
    func changes(_ count: Int) {
        var random = SeededRandom(UInt64(count))
        for word in ["gpu-check", "mount-lustre", "x", ""] {
            var letters = Array(word)
            for _ in 0..<count {
                let place = Int.random(in: 0...letters.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where place < letters.count: letters.remove(at: place)
                case 1 where place < letters.count: letters[place] = "z"
                default: letters.insert("q", at: place)
                }
            }
            #expect(EditDistance.between(word, String(letters)) <= count)
        }
    }
}
