@testable import ParallelCluster
import Testing
import TestSupport

/// A key that pcluster does not know is found wherever it stands, and no known one is taken for it.
@Suite("the keys of a configuration")
struct KnownKeysTests {
    private static let paths = String(
        decoding: PackageResources.cluster_config_keys, as: UTF8.self
    ).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)

    /// A document with one key at a path, each level a mapping or a list of one.
    private static func document(
        _ keys: [String], inLists: (Int) -> Bool = { _ in false }
    ) throws -> ClusterNode {
        var text = ""
        var margin = ""
        for (depth, key) in keys.enumerated() {
            let isItem = depth > 0 && inLists(depth)
            text += margin + (isItem ? "- " : "") + key + ":\n"
            margin += isItem ? "    " : "  "
        }
        return try ClusterDocument(text: text + margin + "x\n").root
    }

    @Test("Every known key is known, in mappings and in lists")
    func known() throws {
        var random = SeededRandom(31)
        #expect(Self.paths.count > 300)
        for path in Self.paths {
            let keys = path.split(separator: "/").map(String.init)
            let mapped = KnownKeys.unknown(in: try Self.document(keys))
            #expect(mapped.isEmpty, "\(path)")
            guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
            let listed = KnownKeys.unknown(in: try Self.document(keys) { _ in true })
            #expect(listed.isEmpty, "\(path)")
        }
    }

    /// One letter too many, too few, or in the other case: the key is told once, with what was meant.
    @Test("A mistyped key is told with the nearest one")
    func mistyped() throws {
        var random = SeededRandom(32)
        for path in Self.paths.shuffled(using: &random).prefix(15) {
            var keys = path.split(separator: "/").map(String.init)
            let right = keys.removeLast()
            for wrong in [right + "x", String(right.dropLast()), right.uppercased()] {
                let whole = (keys + [wrong]).joined(separator: "/")
                guard !Self.paths.contains(whole), !keys.contains("CustomSlurmSettings") else {
                    continue
                }
                let found = KnownKeys.unknown(in: try Self.document(keys + [wrong]))
                #expect(found.map(\.key) == [wrong])
                let near = try #require(KnownKeys.nearest(to: whole), "\(whole)")
                let distance = { (key: String) in
                    zip(key.lowercased(), wrong.lowercased()).prefix { $0 == $1 }.count
                }
                #expect(near == right || distance(near) >= right.count - 2, "\(whole): \(near)")
            }
        }
    }

    /// What is below an unknown key is not told as well.
    @Test("An unknown key is told once, with all that it holds")
    func onceWithAllItHolds() {
        let text = SmallCluster().text.replacing("HeadNode:", with: "HeadNoed:")
        let found = OfflineRules.findings(in: text)
        #expect(found.map(\.rule) == ["yaml.key"])
        #expect(found.first?.message == "HeadNoed is no key of ParallelCluster")
        #expect(found.first?.remedy == "did you mean HeadNode?")
    }

    @Test(
        "What is like no key is to be taken out",
        arguments: [
            "Xyzzy", "''", "'Head Node'", "\"Head\\nNode\"", "1", "~", "[a]", "<<", "HeadNode[0]",
            "HeadNode/Ssh", "'[Region]Region'", "\(String(repeating: "long", count: 200))",
        ])
    func nothingLike(_ key: String) throws {
        var cluster = SmallCluster()
        cluster.rest = ["? \(key)", ": b"]
        let found = cluster.findings()
        // A key that only looks like a path of known ones is none.
        #expect(found.map(\.finding.rule) == ["yaml.key"], "\(found)")
        #expect(found.first?.finding.message.hasSuffix(" is no key of ParallelCluster") == true)
    }

    @Test(
        "Where the keys are the user's own, all are known",
        arguments: [
            ["DirectoryService:", "  AdditionalSssdConfigs:", "    anything: {at: all}"]
        ])
    func free(_ lines: [String]) {
        var cluster = SmallCluster()
        cluster.rest = lines
        cluster.queue = ["CustomSlurmSettings:", "  Anything: 1"]
        #expect(cluster.rules.isEmpty)
        cluster.queue = ["CustomSlurmSetting:", "  Anything: 1"]
        #expect(cluster.findings().map(\.finding.remedy) == ["did you mean CustomSlurmSettings?"])
    }
}

/// What YAML makes of a text, and what is said where it makes nothing.
@Suite("a configuration as YAML")
struct ClusterDocumentTests {
    @Test(
        "What is no configuration is told with its line",
        arguments: [
            ("A: [", 2, "is no YAML: "), ("A: 1\nB: 'x\n", 3, "is no YAML: "),
            ("A: 1\nB: 2\nA: 3\n", 1, "sets the same key twice: A"), ("A: *x", 1, "is no YAML: "),
            ("\tA: 1", 1, "is no YAML: "), ("", nil, "is no configuration"),
            ("# c\n", nil, "is no configuration"),
            ("- a\n", nil, "is no configuration"), ("word", nil, "is no configuration"),
            ("A: \u{1}", nil, "is no YAML: "),
        ] as [(String, Int?, String)])
    func refused(_ text: String, _ line: Int?, _ why: String) {
        let failure = #expect(throws: ClusterDocument.Failure.self) {
            try ClusterDocument(text: text)
        }
        #expect(failure?.why.hasPrefix(why) == true, "\(failure?.description ?? "")")
        #expect(failure?.line == line)
        #expect(failure?.description.hasPrefix(line.map { "line \($0): " } ?? why) == true)
        #expect(OfflineRules.findings(in: text).map(\.rule) == ["yaml.key"])
    }

    /// Aliases are read as what they stand for; aliases of aliases, of which ten lines are billions, are refused.
    @Test("Aliases are followed, and do not flood")
    func aliases() throws {
        let once = try ClusterDocument(text: "A: &a [x, y]\nB: *a\nC: {D: *a}\n").root
        #expect(once.at("B").items.map(\.text) == ["x", "y"])
        #expect(once.at("C", "D").items.last?.path == "C/D[1]")
        var bomb = "L0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let list = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "L\(level): &l\(level) [\(list)]\n"
        }
        let failure = #expect(throws: ClusterDocument.Failure.self) {
            try ClusterDocument(text: bomb)
        }
        #expect(failure?.why == "unfolds to more than 200000 values: aliases of aliases")
    }

    @Test("A deep text ends in an answer", arguments: ["[", "{a: ", "- ", "a:\n"])
    func deep(_ piece: String) {
        let text = "A: " + String(repeating: piece, count: 3_000)
        #expect(throws: ClusterDocument.Failure.self) { try ClusterDocument(text: text) }
    }

    /// A quoted text is a text; a plain one is what YAML says.
    @Test(
        "Texts, numbers, flags and nothing",
        arguments: [
            ("x", "x", nil, nil, false), ("~", nil, nil, nil, true), ("null", nil, nil, nil, true),
            ("NULL", nil, nil, nil, true), ("'null'", "null", nil, nil, false),
            ("\"~\"", "~", nil, nil, false),
            ("''", "", nil, nil, true), ("", nil, nil, nil, true), ("7", "7", 7, nil, false),
            ("'7'", "7", 7, nil, false), ("-7", "-7", -7, nil, false),
            ("7.0", "7.0", nil, nil, false),
            ("9223372036854775808", "9223372036854775808", nil, nil, false),
            ("Yes", "Yes", nil, true, false),
            ("off", "off", nil, false, false), ("tru", "tru", nil, nil, false),
            ("nUll", "nUll", nil, nil, false),
            ("[]", nil, nil, nil, false), ("{}", nil, nil, nil, false),
        ] as [(String, String?, Int?, Bool?, Bool)])
    func scalars(
        _ written: String, _ text: String?, _ number: Int?, _ flag: Bool?, _ isEmpty: Bool
    ) throws {
        let node = try ClusterDocument(text: "A: \(written)\n").root.at("A")
        #expect(node.text == text && node.number == number && node.flag == flag)
        #expect(node.isEmpty == isEmpty && node.isPresent)
        let missing = try ClusterDocument(text: "A: \(written)\n").root.at("B", "C")
        #expect(!missing.isPresent && !missing.isEmpty && missing.line == nil)
        #expect(missing.path == "B/C" && missing.members.isEmpty && missing.text == nil)
    }

    /// Places are the file's, whatever its line ends.
    @Test("Paths and lines", arguments: ["\n", "\r\n"])
    func places(_ end: String) throws {
        let lines = ["# c", "A:", "  - B: 1", "    C:", "      - x", "      - D: y", "E: |", "  t"]
        let root = try ClusterDocument(text: lines.joined(separator: end) + end).root
        let places = root.everything.filter { $0.text != nil }.map { "\($0.path) \($0.line ?? 0)" }
        #expect(places == ["A[0]/B 3", "A[0]/C[0] 5", "A[0]/C[1]/D 6", "E 7"])
    }
}
