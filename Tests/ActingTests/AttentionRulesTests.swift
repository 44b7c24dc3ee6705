import Acting
import History
import SlurmModel
import Testing
import Verdicts

@Suite struct AttentionRulesTests {
    static let now = 1_800_000_000

    private func attentions(
        _ node: Node, nodes: [Node] = [], jobs: [String: [Job]]? = nil, seesAll: Bool = true,
        verdicts: [String: [LastVerdict]] = [:]
    ) -> [Attention] {
        AttentionRules(
            AttentionContext(
                now: Self.now, nodes: nodes, jobs: jobs, seesAllJobs: seesAll, verdicts: verdicts)
        ).attentions(for: node)
    }

    static func node(
        _ base: NodeState.Base = .idle, _ flags: [NodeState.Flag] = [], reason: String? = nil,
        cpus: Node.CPUs = Node.CPUs(total: 64, allocated: 0, load: 0.5), gpusUsed: Int = 0,
        version: String? = nil, memoryFree: Int? = nil, boot: Int? = nil
    ) -> Node {
        Node(
            name: "n1", state: NodeState(base: base, flags: flags), cpus: cpus,
            memory: Node.Memory(total: 1_000, allocated: 0, free: memoryFree),
            gpus: [GPUCount(type: nil, total: 8, used: gpusUsed)],
            reason: reason.map { NodeReason(text: $0, user: "root", time: now - 60) },
            bootTime: boot, version: version)
    }

    struct StateCase: Sendable, CustomTestStringConvertible {
        var base: NodeState.Base
        var flags: [NodeState.Flag] = []
        var reason: String? = nil
        var code: Attention.Code?
        var severity: Severity = .fail
        var what = ""
        var testDescription: String {
            "\(base)+\(flags.map(\.rawValue).joined(separator: "+")): \(reason ?? "")"
        }
    }

    @Test(arguments: [
        StateCase(base: .idle), StateCase(base: .allocated),
        StateCase(base: .mixed, flags: [.planned]),
        StateCase(base: .idle, flags: [.cloud, .poweredDown]),
        StateCase(base: .idle, flags: [.cloud, .poweringUp, .notResponding]),
        StateCase(base: .idle, flags: [.cloud, .poweringDown]),
        StateCase(base: .down, flags: [.cloud, .poweredDown]),
        StateCase(base: .future), StateCase(base: .idle, flags: [.drain, .powerDrain]),
        StateCase(base: .idle, flags: [.reserved]),
        StateCase(
            base: .down, flags: [.cloud, .poweringDown],
            reason: "(Code:InsufficientInstanceCapacity)",
            code: .down, what: "powering down by root, down"),
        StateCase(base: .idle, flags: [.cloud, .powerDown, .notResponding]),
        StateCase(base: .allocated, flags: [.cloud, .powerDown]),
        StateCase(
            base: .allocated, flags: [.cloud, .powerDown, .notResponding], code: .notResponding,
            severity: .unknown, what: "allocated, not responding, to be powered down"),
        StateCase(base: .down, code: .down, what: "down"),
        StateCase(
            base: .down, flags: [.notResponding], reason: "Not responding", code: .down,
            what: "down by root, not responding"),
        StateCase(
            base: .down, reason: "Node unexpectedly rebooted", code: .unexpectedReboot,
            what: "unexpected reboot, down by root"),
        StateCase(
            base: .idle, flags: [.drain], reason: "x", code: .drained, severity: .warn,
            what: "drained by root"),
        StateCase(
            base: .mixed, flags: [.drain], reason: "x", code: .drained, severity: .warn,
            what: "draining by root, partly allocated"),
        StateCase(
            base: .idle, flags: [.drain, .notResponding], reason: "x", code: .drained,
            severity: .unknown, what: "drained by root, not responding"),
        StateCase(
            base: .idle, flags: [.notResponding], code: .notResponding, severity: .unknown,
            what: "idle, not responding"),
        StateCase(base: .unknown, code: .stateUnknown, severity: .unknown, what: "state unknown"),
        StateCase(base: .error, code: .error, what: "in an error state"),
        StateCase(base: .idle, flags: [.fail], code: .failing, what: "failed"),
        StateCase(
            base: .idle, flags: [.drain, .invalidRegistration], reason: "low RealMemory",
            code: .invalidRegistration,
            what: "registered with less than is configured by root, drained"),
        StateCase(
            base: .idle, flags: [.maintenance], code: .maintenance, severity: .info,
            what: "idle, in maintenance"),
        StateCase(
            base: .down, flags: [.maintenance], code: .down, what: "down, in maintenance"),
        StateCase(
            base: .idle, flags: [.rebootIssued], code: .reboot, severity: .info, what: "rebooting"),
        StateCase(
            base: .down, flags: [.rebootIssued], reason: "fw update", code: .reboot,
            severity: .info, what: "rebooting by root, down"),
        StateCase(
            base: .down, flags: [.rebootIssued, .notResponding, .drain], reason: "Reboot ASAP",
            code: .reboot, severity: .info, what: "drained by root, rebooting, down, not responding"
        ),
        StateCase(
            base: .down, flags: [.rebootIssued, .drain], reason: "bad GPU", code: .drained,
            severity: .warn, what: "drained by root, rebooting, down"),
        StateCase(
            base: .down, flags: [.rebootRequested], reason: "x", code: .down,
            what: "down by root, reboot requested"),
    ])
    func states(_ test: StateCase) {
        let found = attentions(Self.node(test.base, test.flags, reason: test.reason))
        #expect(found.count == (test.code == nil ? 0 : 1))
        #expect(found.first?.code == test.code)
        guard let first = found.first else { return }
        #expect(first.severity == test.severity)
        #expect(first.what == test.what)
        #expect(first.detail == test.reason)
        #expect(first.severity == .info || first.remedy != nil)
    }

    /// A reboot that resumes the node ends whatever drain there was.
    @Test func rebootThatResumes() {
        var node = Self.node(.down, [.rebootIssued, .drain], reason: "fleet: fw update [ann]")
        #expect(attentions(node).map(\.code) == [.drained])
        node.details.nextState = "RESUME"
        #expect(attentions(node).map(\.code) == [.reboot])
    }

    /// Every state is either well, or named: none of the alarming ones is ever silent.
    @Test func noAlarmIsLost() {
        for base in NodeState.Base.allCases {
            for flag in NodeState.Flag.allCases {
                let node = Self.node(base, [flag], reason: "x")
                let state = node.state
                let alarming =
                    ([.down, .error, .unknown].contains(base)
                        && !(base == .down && flag == .rebootIssued))
                    || state.has(.invalidRegistration) || state.has(.fail) || state.has(.drain)
                    || (state.has(.notResponding) && base != .future)
                #expect(
                    attentions(node).contains { $0.severity > .info } == alarming, "\(state.text)")
            }
        }
    }

    @Test(
        arguments: [
            (0.5, 0, false), (6.4, 0, false), (6.5, 0, true), (70, 64, false), (70.5, 64, true),
            (40, 32, true), (38, 32, false),
        ] as [(Double, Int, Bool)])
    func load(_ load: Double, _ allocated: Int, _ isOdd: Bool) {
        let node = Self.node(
            allocated == 0 ? .idle : .mixed,
            cpus: Node.CPUs(total: 64, allocated: allocated, load: load))
        #expect(attentions(node).map(\.code) == (isOdd ? [.load] : []))
        #expect(AttentionRules.needsJobs(node) == isOdd)
        // On a small node pestat's 2.0 counts.
        let small = Self.node(cpus: Node.CPUs(total: 4, allocated: 0, load: 2))
        #expect(attentions(small).isEmpty)
    }

    @Test func loadOfJobsThatCameOrWent() {
        let busy = Self.node(cpus: Node.CPUs(total: 64, allocated: 1, load: 60))
        func job(_ state: Job.State, start: Int, end: Int) -> Job {
            Job(id: 1, state: state, nodes: ["n1"], start: Self.now - start, end: Self.now - end)
        }
        let old = job(.running, start: 901, end: -100)
        #expect(attentions(busy, jobs: ["n1": [old]]).map(\.code) == [.load])
        let young = job(.running, start: 899, end: -100)
        #expect(attentions(busy, jobs: ["n1": [young]]).isEmpty)
        let gone = job(.completed, start: 9_000, end: 899)
        #expect(attentions(busy, jobs: ["n1": [gone]]).isEmpty)
        var idle = Self.node(cpus: Node.CPUs(total: 64, allocated: 0, load: 60))
        idle.lastBusy = Self.now - 899
        #expect(attentions(idle).isEmpty)
        idle.lastBusy = Self.now - 901
        #expect(attentions(idle).map(\.code) == [.load])
        // What a silent node said last says nothing.
        idle.state = NodeState(base: .idle, flags: [.notResponding])
        #expect(attentions(idle).map(\.code) == [.notResponding])
    }

    @Test func leakedGPUs() throws {
        let node = Self.node(gpusUsed: 2)
        #expect(AttentionRules.needsJobs(node))
        #expect(attentions(node, jobs: nil).isEmpty)
        let found = try #require(attentions(node, jobs: [:]).first)
        #expect(found.code == .leakedGPUs)
        #expect(found.severity == .warn)
        #expect(found.what == "2 GPUs allocated that no job holds")
        let unsure = try #require(attentions(node, jobs: [:], seesAll: false).first)
        #expect(unsure.severity == .unknown)
        for state: Job.State in [.running, .suspended] {
            let job = Job(id: 1, state: state, nodes: ["n1"])
            #expect(attentions(node, jobs: ["n1": [job]]).isEmpty)
        }
        let ending = Job(id: 1, state: .completed, isCompleting: true, nodes: ["n1"])
        #expect(attentions(node, jobs: ["n1": [ending]]).isEmpty)
        let ended = Job(id: 1, state: .completed, nodes: ["n1"], end: Self.now - 59)
        #expect(attentions(node, jobs: ["n1": [ended]]).isEmpty)
        let completing = Self.node(.idle, [.completing], gpusUsed: 2)
        #expect(attentions(completing, jobs: [:]).isEmpty)
    }

    @Test func versions() throws {
        func nodes(_ versions: String?...) -> [Node] { versions.map { Self.node(version: $0) } }
        let odd = Self.node(version: "22.05.8")
        let found = attentions(odd, nodes: nodes("23.02.1", "23.02.1", "22.05.8", nil, nil))
        #expect(found.map(\.what) == ["slurmd 22.05.8, most nodes have 23.02.1"])
        // Of two halves either may be the odd one.
        #expect(attentions(odd, nodes: nodes("23.02.1", "22.05.8")).isEmpty)
        #expect(attentions(Self.node(version: nil), nodes: nodes("23.02.1")).isEmpty)
    }

    @Test(
        arguments: [(nil, false), (0, false), (49, true), (50, false)] as [(Int?, Bool)])
    func memory(_ free: Int?, _ isLow: Bool) {
        let found = attentions(Self.node(memoryFree: free))
        #expect(found.map(\.code) == (isLow ? [.memory] : []))
        #expect(found.allSatisfy { $0.severity == .info })
    }

    @Test func checks() throws {
        func verdict(_ verdict: Verdict, _ check: String = "gpu-check") -> [String: [LastVerdict]] {
            [
                "n1": [
                    LastVerdict(
                        node: "n1", check: check, verdict: verdict, time: Self.now - 100,
                        run: "r", message: "GPU 3: Xid 79")
                ]
            ]
        }
        #expect(attentions(Self.node(), verdicts: verdict(.ok)).isEmpty)
        let failed = try #require(attentions(Self.node(), verdicts: verdict(.fail)).first)
        #expect(failed.severity == .fail)
        #expect(failed.what == "gpu-check failed")
        #expect(
            failed.remedies == [
                "it still takes jobs; drain it: fleet drain -n {nodes}{max} --reason 'gpu-check: GPU 3: Xid 79'",
                "check again: fleet gpu-check -n {nodes}",
            ])
        let own = try #require(attentions(Self.node(), verdicts: verdict(.unknown, "clock")).first)
        #expect(own.severity == .unknown)
        #expect(own.remedy == "check again: fleet check clock -n {nodes}")
        let rebooted = Self.node(boot: Self.now - 50)
        let old = try #require(attentions(rebooted, verdicts: verdict(.fail)).first)
        // Nobody has looked since: neither broken nor well, and only the check itself can tell.
        #expect(old.severity == .unknown)
        #expect(old.what == "gpu-check failed, before the last boot")
        #expect(old.remedies == ["check again: fleet gpu-check -n {nodes}"])
        for (said, weighs) in [(Verdict.unknown, Severity.unknown), (Verdict.warn, Severity.warn)] {
            #expect(attentions(rebooted, verdicts: verdict(said)).map(\.severity) == [weighs])
        }
    }

    @Test(
        "A repair of mounts names the nodes that need it, and reaches those that are drained",
        arguments: [
            ("fleet mount-lustre", "fleet mount-lustre -n {nodes}"),
            (
                "fleet mount-lustre --repair-dpkg; or by hand",
                "fleet mount-lustre --repair-dpkg -n {nodes}; or by hand"
            ),
            ("fleet mount-lustre -n gpu-3", "fleet mount-lustre -n gpu-3"),
            ("reset the GPU", "reset the GPU"),
        ])
    func repairs(_ remedy: String, _ printed: String) throws {
        let last = LastVerdict(
            node: "n1", check: "check-mount", verdict: .fail, time: Self.now - 10, run: "r",
            message: "m",
            findings: [
                HistoryFinding(Finding(.fail, code: "x", message: "m", remedy: remedy))
            ])
        let found = try #require(attentions(Self.node(), verdicts: ["n1": [last]]).first)
        #expect(found.remedies.first == printed)
        let drained = attentions(Self.node(.idle, [.drain], reason: "x"), verdicts: ["n1": [last]])
        let flagged = printed.replacing("-n {nodes}", with: "-n {nodes} --include-drained")
        #expect(drained.flatMap(\.remedies).contains(flagged), "\(drained)")
    }

    @Test("Every check that failed is told, with its own remedy; a drained node is reached")
    func allChecks() throws {
        func last(_ check: String, _ verdict: Verdict, recent: String) -> LastVerdict {
            LastVerdict(
                node: "n1", check: check, verdict: verdict, time: Self.now - 10, run: "r",
                message: "m", since: Self.now - 900,
                findings: verdict == .ok
                    ? []
                    : [
                        HistoryFinding(
                            Finding(.fail, code: "x", message: "m", remedy: "reset the GPU"))
                    ], recent: recent)
        }
        let verdicts = [
            "n1": [
                last("gpu-check", .fail, recent: "offoofff"),
                last("check-mount", .fail, recent: "of"), last("check clock", .ok, recent: "fofo"),
                last("check disk", .ok, recent: "offo"),
            ]
        ]
        let idle = attentions(Self.node(), verdicts: verdicts)
        #expect(
            idle.map(\.what) == [
                "gpu-check failed, failed 5 of the last 8", "check-mount failed",
                "check clock comes and goes: failed 2 of the last 4",
            ])
        #expect(idle.map(\.severity) == [.fail, .fail, .warn])
        #expect(idle[0].since == Self.now - 900)
        #expect(idle[0].remedies[0] == "reset the GPU")
        #expect(idle[0].remedies[1].hasPrefix("it still takes jobs; drain it: fleet drain -n"))
        let drained = attentions(
            Self.node(.idle, [.drain], reason: "fleet: x [u]"), verdicts: verdicts)
        let check = try #require(drained.first { $0.what.hasPrefix("gpu-check failed") })
        #expect(!check.remedies.contains { $0.contains("still takes jobs") })
        #expect(check.remedies.last == "check again: fleet gpu-check -n {nodes} --include-drained")
    }

    @Test(arguments: [
        ("gpu-check", "gpu-check"), ("gpu-diag", "gpu-check --diag 1"),
        ("gpu-diag 3", "gpu-check --diag 3"),
        ("gpu-check --only gpu.xid", "gpu-check --only gpu.xid"),
        ("check clock", "check clock"),
        ("check-mount", "check-mount"),
        ("check-mount /scratch", "check-mount --mount-point /scratch"),
        ("check-mount --expect data", "check-mount --expect data"),
        (
            "check-mount /a,/b --canary --canary-sample 20",
            "check-mount --mount-point /a,/b --canary --canary-sample 20"
        ),
    ])
    func commandOfACheck(_ check: String, _ command: String) {
        let last = LastVerdict(node: "n1", check: check, verdict: .fail, time: Self.now, run: "r")
        #expect(
            attentions(Self.node(), verdicts: ["n1": [last]]).map(\.remedies.last)
                == ["check again: fleet \(command) -n {nodes}"])
    }

    /// What fleet drained comes back as it is; the rest only with --force, as `fleet resume` has it.
    @Test(
        arguments: [
            (.idle, [.drain], "fleet: bad GPU [ann]", false), (.idle, [.drain], "bad GPU", true),
            (.down, [], "fleet: bad GPU [ann]", true), (.down, [], nil, true),
            (.idle, [.fail], nil, true), (.down, [], "Node unexpectedly rebooted", true),
        ] as [(NodeState.Base, [NodeState.Flag], String?, Bool)])
    func resuming(
        _ base: NodeState.Base, _ flags: [NodeState.Flag], _ reason: String?, _ isForced: Bool
    ) throws {
        let remedy = try #require(attentions(Self.node(base, flags, reason: reason)).first?.remedy)
        #expect(remedy.hasSuffix("fleet resume -n {nodes}" + (isForced ? " --force" : "")))
    }

    @Test func partitions() {
        let rules = AttentionRules(AttentionContext(now: Self.now))
        #expect(rules.attention(for: Partition(name: "p")) == nil)
        for state: Partition.State in [.down, .drain, .inactive] {
            #expect(rules.attention(for: Partition(name: "p", state: state))?.severity == .warn)
        }
    }

    @Test func groups() {
        let drained = Attention(.warn, .drained, "drained by root", detail: "x")
        func since(_ time: Int?) -> Attention {
            var attention = drained
            attention.since = time
            return attention
        }
        let groups = AttentionGroup.groups(of: [
            (node: "n1", attention: since(5)), (node: "n2", attention: since(nil)),
            (node: "n3", attention: Attention(.fail, .down, "down")),
            (node: "n4", attention: since(3)),
            (node: "n5", attention: Attention(.warn, .drained, "drained by root", detail: "y")),
            (node: "n6", attention: Attention(.warn, .load, "load", detail: "load 5")),
            (node: "n7", attention: Attention(.warn, .load, "load", detail: "load 6")),
        ])
        #expect(groups.map(\.nodes) == [["n3"], ["n1", "n2", "n4"], ["n5"], ["n6", "n7"]])
        #expect(groups[1].earliest == 3)
        #expect(groups[1].latest == 5)
        #expect(groups[0].earliest == nil)
    }
}
