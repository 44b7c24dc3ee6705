import ArgumentParser
import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// What is asked of AWS about names and ids, and what a check, a plan and an update make of the answers.
@Suite("names, ids and plans")
struct LookupTests {
    private static func session(
        _ variables: [String: String] = [:],
        _ answers: @escaping @Sendable (String) -> ProgramAnswer
    ) throws -> ClusterSession {
        try ClusterSession(
            try ClusterOptions.parse(["-r", "us-east-1"]), environment: variables,
            runner: ScriptedRunner { answers($0 + " " + $1.joined(separator: " ")) })
    }

    private static func answer(_ output: String) -> ProgramAnswer {
        ProgramAnswer(code: 0, output: output)
    }

    private static func refusal(_ words: String) -> ProgramAnswer {
        ProgramAnswer(code: 254, output: "", errors: words)
    }

    private static func variable(_ name: String, _ value: String?) -> Variable {
        Variable(
            name: name, value: value, source: .environment, lines: [1],
            verdict: value == nil ? .fail : .ok, why: "")
    }

    // MARK: - Ids

    /// One id, and AWS's answer: a verdict and why, or nothing to say.
    @Test(
        arguments: [
            (
                "subnet-1", answer(#"{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]}"#),
                nil
            ),
            // Asked by id, an answer without it is no confirmation.
            ("subnet-1", answer(#"{"Subnets": []}"#), "fail does not exist in this region"),
            ("sg-1", answer(#"{"SecurityGroups": []}"#), "fail does not exist in this region"),
            ("sg-1", answer("{}"), "fail does not exist in this region"),
            ("fs-1", answer(#"{"FileSystems": []}"#), "fail does not exist in this region"),
            ("fsvol-1", answer("{}"), "fail does not exist in this region"),
            (
                "sg-1", refusal("An error occurred (InvalidGroup.NotFound): no"),
                "fail does not exist in this region"
            ),
            ("fs-1", answer(#"{"FileSystems": [{"Lifecycle": "DELETING"}]}"#), "warn is DELETING"),
            ("fsvol-1", answer(#"{"Volumes": [{"Lifecycle": "AVAILABLE"}]}"#), nil),
            ("fsvol-1", answer(#"{"Volumes": [{"Lifecycle": "CREATED"}]}"#), nil),
            (
                "fs-1", refusal("Could not connect to the endpoint URL: x"),
                "unknown aws fsx describe-file-systems: Could not connect to the endpoint URL: x"
            ),
            (
                "subnet-1", refusal("Rate exceeded"),
                "unknown aws ec2 describe-subnets: Rate exceeded"
            ),
            (
                "subnet-1", answer("{"),
                "unknown aws ec2 describe-subnets: an answer that is not its JSON: {"
            ),
            // Nothing of AWS's.
            ("g5.8xlarge", refusal("never asked"), nil), ("", refusal("never asked"), nil),
        ] as [(String, ProgramAnswer, String?)])
    func ids(_ id: String, _ answer: ProgramAnswer, _ found: String?) async throws {
        let lookup = try IdentifierLookup(try Self.session { _ in answer })
        let result = try await lookup.answers(for: [Self.variable("ID", id)])
        #expect(result["ID"].map { "\($0.verdict.rawValue) \($0.why)" } == found)
    }

    @Test func idsLieInOneNetwork() async throws {
        let places = ["subnet-a": "vpc-1", "subnet-b": "vpc-2", "subnet-c": "vpc-1"]
        let variables = ["A": "subnet-a", "B": "subnet-b", "C": "subnet-c"].sorted {
            $0.key < $1.key
        }
        .map { Self.variable($0.key, $0.value) }
        let answers: @Sendable (String) -> ProgramAnswer = { line in
            let id = places.keys.first { line.contains($0) } ?? ""
            return Self.answer(
                #"{"Subnets": [{"SubnetId": "\#(id)", "VpcId": "\#(places[id] ?? "")"}]}"#)
        }
        let alone = try await IdentifierLookup(try Self.session([:], answers)).answers(
            for: variables)
        #expect(alone.keys.sorted() == ["B"])
        #expect(alone["B"]?.why == "lies in vpc-2, and A in vpc-1")
        // VPC_ID decides, and what contradicts it is wrong although it is the majority.
        let named = try await IdentifierLookup(try Self.session(["VPC_ID": "vpc-2"], answers))
            .answers(for: variables)
        #expect(named.keys.sorted() == ["A", "C"])
        #expect(
            named.values.allSatisfy {
                $0.why == "lies in vpc-1, and VPC_ID in vpc-2" && $0.verdict == .fail
            })
    }

    /// Without credentials nothing more is asked, and what a variable is already refused for is not asked either.
    @Test func refusalsThatHoldForAll() async throws {
        for words in ["Unable to locate credentials", "ExpiredToken: x"] {
            let lookup = try IdentifierLookup(try Self.session { _ in Self.refusal(words) })
            let error = await #expect(throws: ClusterError.self) {
                try await lookup.answers(for: [Self.variable("A", "subnet-1")])
            }
            #expect(error?.exitCode == 3)
            #expect(try await lookup.answers(for: [Self.variable("A", nil)]).isEmpty)
        }
    }

    // MARK: - Names

    @Test(
        arguments: [
            (refusal("Stack with id ml does not exist"), nil, nil),
            (answer(#"{"Stacks": []}"#), nil, nil),
            (
                answer(#"{"Stacks": [{"StackStatus": "CREATE_IN_PROGRESS"}]}"#),
                ClusterError.Kind.failed, "fleet cluster status -n ml"
            ),
            (
                answer(#"{"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]}"#), .failed,
                "fleet cluster delete -n ml"
            ),
            // Whoever cannot ask does not know that a name is free.
            (refusal("Rate exceeded"), .throttled, "wait"),
            (refusal("AccessDenied"), .permission, "permission"),
            (refusal("Connection refused"), .unclear, "AWS"), (answer("<html>"), .unclear, nil),
            (answer(""), .unclear, nil), (answer("{}"), .unclear, nil),
        ] as [(ProgramAnswer, ClusterError.Kind?, String?)])
    func names(_ answer: ProgramAnswer, _ kind: ClusterError.Kind?, _ next: String?) async throws {
        let lookup = try NameLookup(try Self.session { _ in answer })
        do {
            try await lookup.expectFree("ml")
            #expect(kind == nil)
        } catch {
            #expect(error.kind == kind && next.map { error.next.contains($0) } ?? true, "\(error)")
        }
    }

    // MARK: - Rules that ask AWS

    /// A number of nodes that no account has is no crash; and an answer without the subnet is not a good network.
    @Test func answersBeyondReason() async throws {
        let text = try GuideFixture.configuration([
            "COMPUTE_MIN_COUNT": "1000000", "COMPUTE_MAX_COUNT": "1000000",
        ])
        let runner = ScriptedRunner { _, arguments in
            switch arguments[1] {
            case "describe-instance-types":
                Self.answer(
                    #"{"InstanceTypes": [{"InstanceType": "g5.8xlarge", "VCpuInfo": {"DefaultVCpus": 9223372036854775807}}]}"#
                )
            case "get-service-quota": Self.answer(#"{"Quota": {"Value": 64.0}}"#)
            case "describe-subnets": Self.answer(#"{"Subnets": []}"#)
            default: Self.answer("{}")
            }
        }
        let rules = OnlineRules(
            document: try ClusterDocument(text: text),
            aws: AWSCommand(runner: runner, region: "us-east-1"), now: 0)
        let found = await rules.findings()
        #expect(
            Set(found.map(\.rule)) == [Rule.awsQuota.rawValue, Rule.awsHeadNetwork.rawValue],
            "\(found)")
        let quota = try #require(found.first { $0.rule == Rule.awsQuota.rawValue })
        #expect(quota.message.contains("9223372036854775807 vCPUs, and quota L-DB2E81BA is 64"))
        let network = try #require(found.first { $0.rule == Rule.awsHeadNetwork.rawValue })
        #expect(network.verdict == .unknown && network.message.contains("says nothing of subnet-"))
    }

    // MARK: - Checks

    private static func finding(_ verdict: RuleVerdict) -> RuleFinding {
        RuleFinding(rule: "r", verdict: verdict, message: "m", source: "s")
    }

    @Test(
        arguments: [
            ([], 0, 0, "ok"), ([.ok], 0, 0, "ok"), ([.warn, .ok], 0, 1, "1 warn"),
            ([.warn, .unknown, .warn], 2, 2, "1 unknown, 2 warn"),
            // What fails decides, whatever could not be asked.
            ([.unknown, .fail, .ok, .unknown], 1, 1, "1 fail, 2 unknown"),
        ] as [([RuleVerdict], Int32, Int32, String)])
    func codes(_ verdicts: [RuleVerdict], _ code: Int32, _ strict: Int32, _ words: String) {
        let offline = ConfigurationCheck(
            findings: verdicts.map(Self.finding), passedOver: [.awsQuota, .awsScript])
        #expect(offline.code(isStrict: false) == code && offline.code(isStrict: true) == strict)
        #expect(
            offline.summary
                == "\(words); 2 rules and pcluster's dry run need AWS: not looked at")
        for (passes, said) in [(true, "passed"), (false, "failed"), (nil, "could not tell")] {
            let check = ConfigurationCheck(
                findings: verdicts.map(Self.finding), release: "3.14.0",
                dryRun: .init(passes: passes, messages: [], message: "", code: 1, changes: []),
                passedOver: [])
            #expect(check.summary == "\(words); pcluster 3.14.0's dry run \(said)")
        }
    }

    /// What a validator says without a level counts as the dry run went.
    @Test(
        arguments: [
            ("ERROR", true, RuleVerdict.fail), ("WARNING", false, .warn), ("INFO", false, .ok),
            (nil, true, .warn), (nil, false, .fail), ("error", true, .warn), ("FATAL", nil, .fail),
        ] as [(String?, Bool?, RuleVerdict)])
    func levels(_ level: String?, _ passes: Bool?, _ verdict: RuleVerdict) {
        let found = ConfigurationCheck.findings(
            of: .init(
                passes: passes, messages: [.init(level: level, type: nil, message: nil)],
                message: "x", code: 1, changes: []))
        #expect(found.first?.verdict == verdict && found.first?.rule == "pcluster.validation")
        #expect(found.count == (passes == nil ? 2 : 1))
        #expect(passes != nil || found.last?.verdict == .unknown)
    }

    // MARK: - Updates

    private static func change(_ parameter: String) throws -> ConfigurationChange {
        try JSONDecoder().decode(
            ConfigurationChange.self, from: Data(#"{"parameter": "\#(parameter)"}"#.utf8))
    }

    /// A change's own message, wherever it stands; never one about another path that ends alike, or about nothing.
    @Test(arguments: [
        ("Q[a].MaxCount", ["MaxCount": "stop", "Q[a].MaxCount": "own"], "own"),
        ("Q[a].MaxCount", ["Q[b].MaxCount": "other"], "nothing"),
        ("Q[a].MaxCount", ["MaxCount": "stop"], "nothing"),
        ("Q[a].Image.CustomAmi", ["Image.CustomAmi": "stop"], "nothing"),
        ("MaxCount", ["Q[a].MaxCount": "stop"], "nothing"),
        ("Q[a].MaxCount", ["": "all", "Count": "end"], "nothing"), ("Q", ["": "all"], "nothing"),
        ("", ["A": "x"], "nothing"),
    ])
    func needs(_ parameter: String, _ messages: [String: String], _ need: String) throws {
        let all = messages.map { Pcluster.Message(message: $1, parameter: $0) }
        for order in [all, all.reversed()] {
            #expect(UpdateCommand.need(of: try Self.change(parameter), among: order) == need)
        }
    }

    @Test(
        arguments: [
            (#""currentValue": "a", "requestedValue": 2"#, "a", "2"),
            (#""currentValue": true"#, "true", nil),
            (#""currentValue": null, "requestedValue": {"a": 1}"#, nil, "(a section)"),
            (#""requestedValue": [1]"#, nil, "(a section)"),
        ] as [(String, String?, String?)])
    func changes(_ fields: String, _ before: String?, _ after: String?) throws {
        let change = try JSONDecoder().decode(
            ConfigurationChange.self, from: Data(#"{"parameter": "P", \#(fields)}"#.utf8))
        #expect(change.currentValue == before && change.requestedValue == after)
    }

    // MARK: - Differences

    /// The lines that `--diff` shows turn one text into the other.
    @Test func differencesAreWholeAndRight() {
        var random = SeededRandom(3)
        for _ in 0..<200 {
            let old = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                "\(Int.random(in: 0...3, using: &random))"
            }
            let new = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                "\(Int.random(in: 0...3, using: &random))"
            }
            let found = LineDifference.lines(
                from: old.map { $0 + "\n" }.joined(), to: new.map { $0 + "\n" }.joined())
            var result = old.enumerated().map { ($0.offset + 1, $0.element) }
            var added: [(Int, String)] = []
            for line in found {
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                let place = Int(line[..<colon].dropFirst()) ?? 0
                if line.hasPrefix("-") {
                    result.removeAll { $0.0 == place }
                } else {
                    added.append((place, String(line[colon...].dropFirst(2))))
                }
            }
            var texts = result.map(\.1)
            for (place, text) in added { texts.insert(text, at: min(place - 1, texts.count)) }
            #expect(texts == new, "\(old) \(new) \(found)")
            #expect(found.isEmpty == (old == new))
        }
    }

    /// A file that was named by mistake is no reason to run out of memory: all of both is shown, and it differs.
    @Test func differenceFromAHugeFile() {
        let huge = (0..<30_000).map { "line \($0)\n" }.joined()
        let found = LineDifference.lines(from: huge, to: "# Written by fleet\nRegion: x\n")
        #expect(
            found.count == 30_001 && found.first == "-1: line 0"
                && found.suffix(1) == ["+1: Region: x"])
        // The same but for one line, or the same: what is alike at both ends is not compared.
        #expect(LineDifference.lines(from: huge, to: huge).isEmpty)
        let changed = huge.replacing("line 15000\n", with: "new\nline\n")
        #expect(
            LineDifference.lines(from: huge, to: changed) == [
                "-15001: line 15000", "+15001: new", "+15002: line",
            ])
        #expect(
            LineDifference.lines(from: "# Written by fleet A\na\n", to: "# Written by fleet B\na\n")
                .isEmpty)
    }

    // MARK: - Plans and spans

    @Test(arguments: [
        (Int.min, "0 min"), (-1, "0 min"), (59, "0 min"), (7_199, "119 min"), (7_200, "2 h"),
        (172_799, "47 h"),
        (172_800, "2 days"), (Int.max, "106751991167300 days"),
    ])
    func spans(_ seconds: Int, _ words: String) {
        #expect(ClusterPicture.span(seconds) == words)
    }

    /// The plan before the question, of a configuration that says little: nothing is made up.
    @Test func plans() throws {
        func lines(_ text: String, release: String?) throws -> [String] {
            CreationPlan(
                name: "ml", region: "us-east-1", account: "1",
                document: try ClusterDocument(text: text),
                release: release, keepsFailure: false
            ).lines
        }
        #expect(
            try lines("Region: x\n", release: nil) == [
                "cluster      ml in us-east-1, account 1", "pcluster     ?", "head node    ?, ?",
                "time         25-35 min are usual; CloudFormation gives up 30 min after the head node runs",
            ])
        let block = try ReservationEdit(id: "cr-0a1f6b92ded769450", count: 3, isBlock: true)
            .applied(to: try GuideFixture.configuration())
        let found = try lines(block, release: "3.16.1")
        #expect(
            found[1]
                == "pcluster     3.16.1, which brings Slurm 25.11.8: fleet must be built for that one there"
        )
        #expect(
            found.contains { $0.hasSuffix(": 3 x g5.8xlarge, capacity block cr-0a1f6b92ded769450") }
        )
        #expect(found.filter { $0.hasPrefix("storage ") }.count == 2)
        #expect(
            try lines(GuideFixture.configuration(["COMPUTE_MIN_COUNT": "0"]), release: "9.9.9")
                .contains { $0.hasSuffix(": 0-2 x g5.8xlarge") })
    }
}
