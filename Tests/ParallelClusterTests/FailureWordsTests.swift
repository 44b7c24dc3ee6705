@testable import ParallelCluster
import Testing
import TestSupport

/// The one cause that is named, and the few lines that are shown for it.
@Suite("why a creation failed, in words")
struct FailureWordsTests {
    /// A message of every kind, the special before the general: whatever else is said, the first one counts.
    static let messages: [(text: String, cause: String)] = [
        (
            "mount.lustre: mount x at /lustre failed: No such device",
            "no Lustre client module for the AMI's kernel"
        ),
        ("mount.lustre: Can't parse NID 'fs.x'", "the Lustre server's name does not resolve"),
        ("mount.lustre: mount x failed: Connection timed out", "the Lustre server does not answer"),
        (
            "(InsufficientInstanceCapacity) sufficient p5.48xlarge capacity (eusc-de-east-1b).",
            "no p5.48xlarge in eusc-de-east-1b (InsufficientInstanceCapacity)"
        ),
        (
            "An error (ReservationCapacityExceeded)",
            "the capacity reservation has fewer instances free than MinCount"
        ),
        ("(VcpuLimitExceeded)", "the account's vCPU quota is too small"),
        (
            "more vCPU capacity than your current vCPU limit of 99999999999999999999 allows",
            "the account's vCPU quota is too small: it is 99999999999999999999"
        ),
        (
            "is not authorized to perform: ec2:RunInstances on x",
            "no permission for ec2:RunInstances"
        ),
        (
            "(UnauthorizedOperation)",
            "EC2 refused the head node a request: its role lacks a permission"
        ),
        ("Failed to download OnNodeStart script 1", "OnNodeStart script 1 could not be fetched"),
        (
            "Failed to execute OnNodeUpdated script 12, return code: 126.",
            "OnNodeUpdated script 12 ended with 126"
        ),
        ("Failed to run OnNodeConfigured, no script", "a script failed"),
        ("This AMI was created with xyz", "the AMI is of another ParallelCluster release"),
        ("This AMI was not baked by ParallelCluster", "the AMI was not made for ParallelCluster"),
        ("Failed to mount FSX. Please", "an FSx file system was not mounted"),
        (
            "Cluster has been set to PROTECTED mode",
            "static nodes failed to start ten times, and the fleet is PROTECTED"
        ),
        ("ml already exists", "something of that name is there already"),
        ("WaitCondition timed out. Received 0 conditions", "the head node did not report in time"),
        ("nothing of all this", "unknown"),
    ]

    @Test(
        "The special cause is named before the general one, in whatever order they are told",
        arguments: messages.indices)
    func order(_ index: Int) {
        var random = SeededRandom(UInt64(index))
        let (text, cause) = Self.messages[index]
        let fillers = [
            "INFO: x", "", "\u{1b}[31mERROR\u{1b}[0m", String(repeating: "y", count: 300),
        ]
        for _ in 0..<3 {
            let words = (Self.messages[index...].map(\.text) + fillers).shuffled(using: &random)
            #expect(FailureCause.find(in: words, phase: nil).cause == cause)
        }
        let alone = FailureCause.find(in: [text], phase: .resources)
        #expect(alone.cause.hasPrefix(cause) && !alone.remedy.isEmpty)
        #expect(alone == .unknown || text.contains(alone.signature))
        // Half of a signature is none.
        #expect(FailureCause.find(in: [String(text.prefix(6))], phase: nil) == .unknown)
    }

    @Test(
        "What EC2 does not say is not made up",
        arguments: [
            (
                "InsufficientInstanceCapacity",
                "no capacity in the zone (InsufficientInstanceCapacity)"
            ),
            (
                "InsufficientInstanceCapacity: sufficient g5 capacity in us-east-1",
                "no capacity in the zone (InsufficientInstanceCapacity)"
            ),
            (
                "InsufficientInstanceCapacity xxxus-east-1a us-east-1ab",
                "no capacity in the zone (InsufficientInstanceCapacity)"
            ),
            ("not authorized to perform: everything", "no permission"),
            (
                "Failed to execute OnNodeX script, return code: abc",
                "OnNodeX script ended with an error"
            ),
        ])
    func missing(_ text: String, _ cause: String) {
        #expect(FailureCause.find(in: [text], phase: nil).cause == cause)
    }

    @Test("A wait that timed out says in which phase", arguments: CreationPhase.allCases)
    func timedOut(_ phase: CreationPhase) {
        let found = FailureCause.find(in: ["x", "WaitCondition timed out."], phase: phase)
        #expect(found.cause.hasSuffix("; it was in phase \(phase.rawValue), \(phase.words)"))
        #expect(found.remedy.hasPrefix("fleet cluster logs clustermgtd") == (phase == .staticNodes))
    }

    private static func report(
        _ root: (type: String, reason: String)?, at time: Double = 900, lines: [LogLine] = [],
        status: String = "ROLLBACK_COMPLETE", code: String? = nil
    ) -> FailureReport {
        var maker = EventMaker.creation(until: 400)
        if let root { maker.add(time, "R", root.type, "CREATE_FAILED", root.reason) }
        maker.own(max(time, 500) + 5, status)
        var history = StackHistory(name: "ml")
        _ = history.take(maker.events.shuffled())
        let failure = ClusterDescription.Failure(
            failureCode: code, failureReason: code.map { "\($0)!" })
        var description = ClusterDescription(clusterName: "ml")
        description.failures = code == nil ? nil : [failure, .init(failureCode: "second")]
        return FailureReport(history: history, description: description, lines: lines, savedIn: nil)
    }

    private static func lines(_ texts: [String], _ stream: String = "chef-client") -> [LogLine] {
        texts.enumerated().map {
            LogLine(stream: stream, time: Double($0.offset), text: $0.element)
        }
    }

    /// The head node's logs tell why the wait for it failed, and nothing of a role that was refused.
    @Test("The event tells the cause, but for the wait for the head node")
    func whoTells() {
        let chatter = Self.lines(["INFO: user slurm already exists", "ERROR: Failed to mount FSX."])
        let role = (
            type: "AWS::IAM::Role", reason: "x is not authorized to perform: iam:CreateRole"
        )
        #expect(Self.report(role, lines: chatter).cause.cause == "no permission for iam:CreateRole")
        let wait = (type: "AWS::CloudFormation::WaitCondition", reason: "already exists")
        #expect(
            Self.report(wait, lines: chatter).cause.cause == "an FSx file system was not mounted")
        // Each is asked where the other knows nothing.
        let mute = (type: "AWS::IAM::Role", reason: "?")
        #expect(
            Self.report(mute, lines: chatter).cause.cause == "an FSx file system was not mounted")
        #expect(Self.report(wait).cause.cause == "something of that name is there already")
        #expect(
            Self.report(nil, lines: chatter).cause.cause == "an FSx file system was not mounted")
        #expect(
            Self.report(nil, code: "This AMI was created with").cause.cause.contains(
                "another ParallelCluster"))
        #expect(Self.report(nil).cause == .unknown)
    }

    @Test(
        "At most eight lines are shown, the last of those that tell the cause among them",
        arguments: [
            (0, 0), (1, 0), (0, 5), (0, 100), (3, 5), (4, 100), (100, 0), (100, 100),
        ])
    func evidence(_ telling: Int, _ others: Int) {
        var random = SeededRandom(81)
        let texts =
            (0..<telling).map { "ERROR: PROTECTED \($0)" } + (0..<others).map { "FATAL: \($0)" }
            + (0..<20).map { "INFO: \($0)" }
        let report = Self.report(nil, lines: Self.lines(texts.shuffled(using: &random)))
        let shown = report.evidence.map(\.text)
        #expect(shown.count == min(telling, 3) + min(others, 8 - min(telling, 3)))
        #expect(shown.count { $0.contains("PROTECTED") } == min(telling, 3))
        #expect(!shown.contains { $0.contains("INFO") })
        #expect(report.evidence.map(\.time) == report.evidence.map(\.time).sorted())
        #expect(report.lines.count { $0.hasPrefix("  chef-client: ") } == shown.count)
    }

    @Test("A head node without logs is shown by its console")
    func console() {
        let console = Self.lines((0..<12).map { "boot \($0)" }, LogLine.console)
        #expect(
            Self.report(nil, lines: console).evidence.map(\.text) == (4..<12).map { "boot \($0)" })
        let both = console + Self.lines(["ERROR: x"])
        #expect(Self.report(nil, lines: both).evidence.map(\.text) == ["ERROR: x"])
    }

    @Test(
        "The answer, line by line",
        arguments: [
            ("ROLLBACK_COMPLETE", 119.0, "after 119 s, in phase 4 (head node is set up)", 2),
            ("ROLLBACK_COMPLETE", 120.0, "after 2 min, in phase 4 (head node is set up)", 2),
            ("CREATE_FAILED", 7_259.9, "after 120 min, in phase 4 (head node is set up)", 3),
            ("DELETE_FAILED", 0.0, "after 0 s, in phase 4 (head node is set up)", 2),
        ])
    func answer(_ status: String, _ time: Double, _ words: String, _ next: Int) {
        let report = Self.report((type: "T", reason: ""), at: time, status: status, code: "Code")
        #expect(
            report.lines == [
                "ml: \(status) \(words)", "  event    R (T): CREATE_FAILED",
                "  pcluster Code: Code!",
                "  cause    unknown -> the lines below, and fleet cluster logs --errors",
                "  next     \(report.next.joined(separator: "; ")) (the stack holds the name until it is deleted)",
            ])
        #expect(report.next.count == next && report.next.last == "fleet cluster delete -n ml")
        #expect(report.next.contains("fleet cluster connect -n ml") == (status == "CREATE_FAILED"))
    }

    /// A failure before anything is known of the stack is still an answer.
    @Test("Of nothing known the answer says so")
    func nothing() {
        let report = FailureReport(
            history: StackHistory(name: "ml"), description: nil, lines: [], savedIn: "/x")
        #expect(report.lines.first == "ml: failed after 0 s")
        #expect(
            report.lines.contains("  kept in  /x") && report.stack == nil && report.elapsed == 0)
    }
}

/// What is said while a creation does not end.
@Suite("warnings of a creation that stands")
struct StandingWarningTests {
    private static func facts(_ change: (inout CreationFacts) -> Void) -> CreationFacts {
        var facts = CreationFacts(now: 10_000, started: 9_000)
        facts.want = 4
        facts.have = 1
        change(&facts)
        return facts
    }

    private static func line(_ text: String, _ stream: String = "clustermgtd") -> LogLine {
        LogLine(stream: stream, time: 1, text: text)
    }

    @Test("The most serious comes first, each once, whatever the order of the lines")
    func order() {
        var random = SeededRandom(91)
        let lines = [
            Self.line("FATAL: x", "chef-client"), Self.line("(InsufficientInstanceCapacity)"),
            Self.line("(InsufficientInstanceCapacity) again"), Self.line("(VcpuLimitExceeded)"),
            Self.line("(UnauthorizedOperation)"),
            Self.line("(InsufficientInstanceCapacity)", "cfn-init"),
        ]
        for _ in 0..<20 {
            let facts = Self.facts {
                $0.lines = lines.shuffled(using: &random)
                $0.fleet = "PROTECTED"
                $0.headRunsSince = 9_100
                $0.headStreams = 0
                $0.usualMinutes = 5
            }
            #expect(
                facts.warnings.map(\.key) == [
                    "chef", "PROTECTED", "InsufficientInstanceCapacity", "VcpuLimitExceeded",
                    "UnauthorizedOperation", "silent", "late",
                ])
            #expect(Set(facts.warnings.map(\.message)).count == 7)
            #expect(facts.warnings[2].message.hasSuffix("(InsufficientInstanceCapacity, 2 times)"))
        }
    }

    /// What could not be counted is not called missing.
    @Test(
        "How many nodes it waits for",
        arguments: [
            (nil, nil, "it waits for its nodes"), (4, nil, "it waits for its nodes"),
            (nil, 1, "it waits for its nodes"), (4, 0, "it waits for 4 of 4 nodes"),
            (4, 3, "it waits for 1 of 4 nodes"), (4, 9, "it waits for 0 of 4 nodes"),
            (Int.max, 0, "it waits for \(Int.max) of \(Int.max) nodes"),
        ] as [(Int?, Int?, String)])
    func waiting(_ want: Int?, _ have: Int?, _ words: String) {
        let facts = Self.facts {
            ($0.want, $0.have) = (want, have)
            $0.lines = [Self.line("(InsufficientInstanceCapacity)")]
            ($0.phase, $0.phaseSince) = (.staticNodes, 9_000)
        }
        #expect(facts.warnings.first?.message.hasPrefix(words + ": ") == true)
        #expect(
            facts.warnings.first?.message.hasSuffix("(InsufficientInstanceCapacity, 1 time)")
                == true)
        // Nor is it told that some are missing, unless both numbers are known.
        let isTold = (want ?? 0) > (have ?? .max)
        #expect(facts.warnings.contains { $0.key == "nodes" } == isTold)
    }

    @Test(
        "A silent head node shows the end of its console",
        arguments: [
            ([], "has sent no log"), (["a"], "its console ends: a"),
            (["a", "b", "c", "d"], "its console ends: b | c | d"),
        ])
    func silent(_ console: [String], _ words: String) {
        let change = { (facts: inout CreationFacts) in
            facts.headRunsSince = 9_400
            facts.headStreams = 0
            facts.console = console
        }
        let warning = Self.facts(change).warnings.first
        #expect(
            warning?.message.hasPrefix("the head node runs for 10 min and has sent no log") == true)
        #expect(warning?.message.hasSuffix(words) == true)
        #expect(warning?.remedy.contains("get-console-output") == console.isEmpty)
        // Once its nodes start it has spoken, whatever the logs say.
        for phase in CreationPhase.allCases {
            let isTold = Self.facts {
                change(&$0); $0.phase = phase
            }.isSilent
            #expect(isTold == (phase <= .headIsSetUp))
        }
    }

    @Test(
        "A set-up that failed is told with its cause, else with its line",
        arguments: [
            (["FATAL: x"], "FATAL: x", "fleet cluster logs chef-client"),
            (
                ["INFO: y", "FATAL: first", "FATAL: second"], "FATAL: first",
                "fleet cluster logs chef-client"
            ),
            (
                ["FATAL: x", "Failed to mount FSX."], "an FSx file system was not mounted",
                "fleet cluster logs chef-client has"
            ),
        ])
    func chef(_ texts: [String], _ words: String, _ remedy: String) {
        let facts = Self.facts { $0.lines = texts.map { Self.line($0, "chef-client") } }
        #expect(facts.warnings.map(\.message) == ["the head node's set-up failed: \(words)"])
        #expect(facts.warnings.first?.remedy.hasPrefix(remedy) == true)
        #expect(Self.facts { $0.lines = texts.map { Self.line($0) } }.warnings.isEmpty)
    }

    @Test(
        "Nodes of a capacity block are not missing before it begins",
        arguments: [
            (nil, true), (9_999.0, true), (10_000, true), (10_001, false),
        ] as [(Double?, Bool)])
    func blocks(_ start: Double?, _ isTold: Bool) {
        let facts = Self.facts {
            ($0.phase, $0.phaseSince, $0.blockStart) = (.staticNodes, 9_100, start)
        }
        #expect(facts.warnings.map(\.message) == (isTold ? ["1 of 4 nodes after 15 min"] : []))
    }

    @Test(
        "Which log lines are errors",
        arguments: [
            ("ERROR: x", true), ("[FATAL] x", true), ("CRITICAL", true), ("STDERR: x", true),
            ("(LimitExceeded)", true), ("error: x", false), ("INFO: 0 errors", false), ("", false),
            ("STDERR", false),
        ])
    func errors(_ text: String, _ isError: Bool) {
        #expect(Self.line(text).isError == isError)
    }
}
