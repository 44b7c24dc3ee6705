@testable import FanOut
@testable import Sweeps
import TestSupport
import Testing

/// What is handed to `srun`, for every setting, and the script that travels with it.
@Suite("srun's arguments") struct SrunArgumentTests {
    /// Words that a shell or a parser of options would take in another way.
    private static let hostile = [
        "a", "a b", "$(reboot)", "'\"", "-x", "--no-allocate", "", "a\nb", "가", "a=b,c", "*",
    ]

    private static func step(_ random: inout SeededRandom) -> Step {
        func word() -> String? {
            Bool.random(using: &random) ? hostile.randomElement(using: &random) : nil
        }
        var options = JobOptions()
        (options.account, options.qos, options.reservation) = (word(), word(), word())
        let names = (1...Int.random(in: 1...5, using: &random)).map { "n\($0)" }
        return Step(
            node: "n1", launcher: Bool.random(using: &random) ? .srun : .direct,
            jobName: "fleet-r1", partition: word(), options: options,
            isExclusive: Bool.random(using: &random),
            memoryMiB: Bool.random(using: &random) ? 512 : nil, gres: word(),
            timeLimitMinutes: Int.random(in: 1...1_440, using: &random),
            wait: Int.random(in: 1...86_400, using: &random), limit: 60, environment: [],
            script: "true", output: "/o", group: Bool.random(using: &random) ? names : [])
    }

    @Test("Each setting is one word of its own, once, and none reaches a shell", arguments: 0..<60)
    func property(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let step = Self.step(&random)
        let words = SrunLauncher.arguments(for: step, step.scriptVariables)
        let (options, command) = (words.dropLast(4), Array(words.suffix(4)))
        #expect(command[0] == "/bin/sh" && command[1] == "-c" && command[3] == "fleet")
        // The node's shell is given fleet's own text: nothing of the caller's is part of it.
        #expect(
            Self.hostile.dropFirst().filter { $0.count > 3 }.allSatisfy { !command[2].contains($0) }
        )
        var given: [String: String] = [:]
        for option in options {
            #expect(option.hasPrefix("--"))
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(
                given.updateValue(String(parts.dropFirst().first ?? ""), forKey: String(parts[0]))
                    == nil)
        }
        let nodes = step.group.isEmpty ? ["n1"] : step.group
        #expect(given["--nodes"] == "\(nodes.count)" && given["--ntasks"] == "\(nodes.count)")
        #expect(given["--nodelist"] == nodes.joined(separator: ","))
        #expect(given["--job-name"] == "fleet-r1" && given["--chdir"] == "/")
        // What asks for an allocation is there where there is one, and as it was given.
        let isDirect = step.launcher == .direct
        #expect((given["--no-allocate"] != nil) == isDirect)
        for (name, value) in [
            ("--partition", step.partition), ("--account", step.options.account),
            ("--qos", step.options.qos), ("--reservation", step.options.reservation),
            ("--gres", step.gres), ("--mem", step.memoryMiB.map { "\($0)M" }),
            ("--immediate", "\(step.wait)"), ("--time", "\(step.timeLimitMinutes)"),
            ("--exclusive", step.isExclusive ? "" : nil),
        ] { #expect(given[name] == (isDirect ? nil : value), "\(name)") }
        // One task fails alone: only of a group, whose lines are labelled.
        for name in ["--label", "--kill-on-bad-exit", "--wait", "--no-kill", "--ntasks-per-node"] {
            #expect((given[name] != nil) == !step.group.isEmpty, "\(name)")
        }
        #expect((given["--unbuffered"] != nil) == step.group.isEmpty)
        #expect(given["--input"] == (step.group.isEmpty ? nil : "none"))
    }

    // MARK: - The script

    @Test(
        "A script comes out as it went in, but for the newlines at its end",
        arguments: [
            "", "\n", "\n\n\n", "a", "a\n", "a\n\n", "\na", "a\n\nb\n", "'\"$`\\\n# fleet-end\n",
            "\r\n", "\u{1b}[31m", "가나다",
        ])
    func whole(_ script: String) throws {
        let variables = try #require(ScriptVariables(script))
        var expected = Array(script.utf8)
        while expected.last == 0x0a { expected.removeLast() }
        #expect(Array(variables.parts.joined().utf8) == expected)
        #expect(variables.parts.count == (expected.isEmpty ? 0 : 1))
    }

    @Test("Cut into pieces, no character is cut in two and no piece is too long for Linux")
    func pieces() throws {
        // Wide characters so placed that the cut falls into each of their bytes.
        for shift in 0..<4 {
            for character in ["é", "가", "🚨"] {
                let script =
                    String(repeating: "x", count: 99_996 + shift)
                    + String(repeating: character, count: 30_000)
                let variables = try #require(ScriptVariables(script))
                #expect(variables.parts.joined() == script)
                #expect(variables.parts.allSatisfy { $0.utf8.count <= 100_000 && !$0.isEmpty })
                #expect(!variables.parts.joined().unicodeScalars.contains("\u{fffd}"))
                #expect(
                    variables.variables.map(\.name)
                        == (1...variables.parts.count).map { "FLEET_SCRIPT_\($0)" })
            }
        }
    }

    @Test("The largest script that travels so is the largest that Linux takes with room to spare")
    func bounds() throws {
        let most = ScriptVariables.mostBytes
        #expect(ScriptVariables(String(repeating: "#", count: most))?.parts.count == 11)
        #expect(ScriptVariables(String(repeating: "#", count: most + 1)) == nil)
        // Bytes count, not letters.
        #expect(ScriptVariables(String(repeating: "가", count: most / 3 + 1)) == nil)
    }

    @Test("The node's shell names each piece, and leaves none to the payload")
    func reader() throws {
        let variables = try #require(ScriptVariables(String(repeating: "x", count: 100_001)))
        #expect(
            variables.reader == """
                script=${FLEET_SCRIPT_1?}${FLEET_SCRIPT_2?}
                unset FLEET_SCRIPT_1 FLEET_SCRIPT_2
                case $script in *'# fleet-end') eval "$script" ;; *) exit 86 ;; esac
                """)
        // A script of nothing is one that did not come whole.
        #expect(try #require(ScriptVariables("\n")).reader.hasPrefix("script=\nunset \n"))
    }

    @Test("One node's step has its script on standard input, a group's in variables")
    func carrier() {
        var random = SeededRandom(1)
        var step = Self.step(&random)
        step.group = []
        #expect(step.scriptVariables == nil)
        step.group = ["n1", "n2"]
        #expect(step.scriptVariables?.parts == ["true"])
    }
}
