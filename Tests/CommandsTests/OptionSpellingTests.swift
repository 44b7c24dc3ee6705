import ArgumentParser
@testable import Commands
import FoundationEssentials
import ParallelCluster
import Testing

/// Every option of every command takes its value attached and apart, and obeys it; one that commands share is one.
@Suite struct OptionSpellingTests {
    /// A value for each option, by the name its value has in `--help`; several where commands want different ones.
    private static let values: [String: [String]] = [
        "1|2|3": ["2"], "K=V": ["CLUSTER_NAME=x", "AWS_REGION=us-east-1"], "check": ["check-mount"],
        "code": ["gpu.count"], "codes": ["gpu.xid"], "cr-...": ["cr-0123456789abcdef0"],
        "file:path": ["/etc/hostname:/tmp/x"], "format": ["json", "csv"],
        "gres": ["gpu:1"], "h": ["24"], "ids": ["12"], "launcher": ["srun"], "n|n%": ["7"],
        "n": ["3"], "number": ["3"], "minutes": ["3"], "interval": ["30"], "slow-interval": ["90"],
        "s3://...": ["s3://bucket/x"], "seconds": ["7"], "size": ["2G"],
        "source": ["10.1.2.3@tcp:/fsx"], "states": ["idle"], "time": ["7m", "3d"],
        "what": ["state"], "wait|run|skip": ["skip"], "options": ["noatime"],
        "version": ["6.8.0-1043-aws"], "names": ["node", "a"], "region": ["us-east-1"],
        "name[=value]": ["A=b"],
        "ok|not-run": ["ok", "not-run"],
    ]

    /// What a command needs to parse at all, and what an option goes with.
    private static let contexts: [String: [[String]]] = [
        "run": [["--", "true"], []], "drain": [["n1", "--reason", "x"], ["n1"]],
        "reboot": [["n1", "--reason", "x"], ["n1"]], "resume": [["n1"]],
        "check": [["environment"], ["environment", "--drain"], []], "node": [["n1"]],
        "attach": [["last"]], "show": [["last"], []], "cancel": [["last"]],
        "check-mount": [[], ["--canary"]], "forget": [["--check", "x"], []],
        "prune": [["--older-than", "3d"], []],
        "config": [[], ["--count", "2"], ["--reservation", "cr-0123456789abcdef0"]],
        "verify": [[], ["--package", "x"], ["--via", "s3://bucket/x"]],
        "update": [["x.yaml"]], "compute": [["start"]],
        "reserve": [["x.yaml", "--count", "2", "--hours", "5"]],
    ]

    private static func parsed(_ type: any ParsableCommand.Type, _ arguments: [String]) -> String? {
        (try? type.parse(OptionalValues.detached(arguments))).map { "\($0)" }
    }

    /// The option's words before what stands behind `--`.
    private static func line(_ words: [String], _ context: [String]) -> [String] {
        context.first == "--" ? words + context : context + words
    }

    @Test("--x=V and --x V say the same, and both are obeyed")
    func spellings() throws {
        var problems: [String] = []
        var count = 0
        // A group of options that several commands have is declared once.
        var seen: Set<String> = []
        func walk(_ command: CommandWords) {
            var own: [(option: String, valueName: String)] = []
            for argument in command.own where argument.kind == "option" {
                for name in argument.names ?? [] where name.kind == "long" {
                    count += 1
                    let option = "--\(name.name)"
                    let key = "\(option) \(argument.valueName ?? "") \(argument.abstract ?? "")"
                    guard seen.insert(key).inserted else { continue }
                    own.append((option, argument.valueName ?? ""))
                }
            }
            // All at once where they go together: a parse of each would take seconds.
            for one in Self.areTaken(own, command.name, command.type) ? [] : own {
                if let problem = Self.problem(
                    one.option, one.valueName, command.name, command.type)
                {
                    problems.append("\(command.name) \(one.option): \(problem)")
                }
            }
            // Hidden ones too.
            for type in command.type.configuration.subcommands {
                walk(
                    CommandWords(
                        path: command.path + [type.configuration.commandName ?? ""], type: type))
            }
        }
        walk(.root)
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
        #expect(count > 200)
    }

    /// Whether a command takes all of its options at once, and in both spellings the same; false also where some do not
    /// go together.
    private static func areTaken(
        _ options: [(option: String, valueName: String)], _ command: String,
        _ type: any ParsableCommand.Type
    ) -> Bool {
        (contexts[command] ?? [[]]).contains { context in
            let pairs = options.map { ($0.option, values[$0.valueName]?.first ?? "name1") }
            let apart = parsed(type, line(pairs.flatMap { [$0.0, $0.1] }, context))
            guard let apart else { return false }
            return apart == parsed(type, line(pairs.map { "\($0.0)=\($0.1)" }, context))
                && (options.isEmpty || apart != parsed(type, context))
        }
    }

    private static func problem(
        _ option: String, _ valueName: String, _ command: String, _ type: any ParsableCommand.Type
    ) -> String? {
        var seen = "no value of <\(valueName)> was taken"
        for context in contexts[command] ?? [[]] {
            var without: String??
            for value in values[valueName] ?? ["name1", "/tmp/x"] {
                let apart = parsed(type, line([option, value], context))
                let attached = parsed(type, line(["\(option)=\(value)"], context))
                if apart == nil, attached == nil { continue }
                guard apart == attached else { return "'\(value)' is taken in one spelling only" }
                let plain = without ?? parsed(type, context)
                without = .some(plain)
                if attached != plain { return nil }
                seen = "'\(value)' is not obeyed"
            }
        }
        return seen
    }

    /// The options that may stand alone, as their declarations say: a new one is to be in the list.
    @Test func optional() throws {
        #expect(Set(OptionalValues.options) == ["--recheck", "--watch"])
        #expect(
            OptionalValues.detached(["a", "--recheck=x=y", "--", "--watch=3"])
                == ["a", "--recheck", "x=y", "--", "--watch=3"])
        let resume = try ResumeCommand.parse(OptionalValues.detached(["n1", "--recheck=nope"]))
        #expect(resume.recheck == "nope")
        #expect(try ResumeCommand.parse(["n1", "--recheck"]).recheck == ResumeCheck.standard)
        let status = try StatusCommand.parse(OptionalValues.detached(["--watch=9"]))
        #expect(status.watch?.count == 9)
        for bad in [["n1", "--recheck="], ["n1", "--recheck=-x"]] {
            #expect(throws: (any Error).self) {
                try ResumeCommand.parse(OptionalValues.detached(bad))
            }
        }
    }
}
