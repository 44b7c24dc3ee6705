internal import Platform
import Terminal

/// The guide's checks after a creation, in one table: fleet's own checks, run on the head node through the Session
/// Manager.
struct Verification {
    /// One check on the head node.
    struct Step: Hashable, Sendable {
        /// Its name.
        let name: String
        /// The shell line that does it.
        let line: String
    }

    /// How a step ended there.
    struct Ended: Hashable, Sendable {
        /// The step's name.
        var name: String
        /// Its verdict.
        var verdict: RuleVerdict
        /// Its last words.
        var words: String
        /// All that it printed; empty where it found nothing wrong.
        var output: String
    }

    private let session: ClusterSession
    private let name: String
    private let transfer: TransferOptions
    private let lustre: String?

    /// How many lines of a step that is not ok are shown.
    private static let mostLines = 40

    /// Prepares the look.
    ///
    /// - Parameters:
    ///   - session: Where the programs are.
    ///   - name: The cluster.
    ///   - transfer: How fleet comes to a head node that has none.
    ///   - lustre: The source that is to be mounted; nil where fstab on the nodes says it.
    init(_ session: ClusterSession, name: String, transfer: TransferOptions, lustre: String?) {
        self.session = session
        self.name = name
        self.transfer = transfer
        self.lustre = lustre
    }

    /// The look at a cluster whose Lustre file system is the environment's FSX_LUSTRE_ID.
    ///
    /// - Throws: A ``ClusterError`` where AWS cannot be asked for that file system.
    static func prepared(
        _ session: ClusterSession, name: String, transfer: TransferOptions
    ) async throws -> Verification {
        var lustre: String?
        if let id = session.sources.value("FSX_LUSTRE_ID") {
            lustre = try await session.aws().lustreSource(id)
        }
        return Verification(session, name: name, transfer: transfer, lustre: lustre)
    }

    /// The steps, in the guide's order.
    static func steps(lustre: String?) -> [Step] {
        let mount = lustre.map { " --source \(ShellQuote.word($0))" } ?? ""
        return [
            Step(name: "doctor", line: "fleet doctor"),
            Step(name: "mount-lustre", line: "fleet mount-lustre --include-head\(mount)"),
            Step(name: "check-mount", line: "fleet check-mount"),
            Step(
                name: "health",
                line:
                    "if fleet health --help >/dev/null 2>&1; then fleet health; else fleet gpu-check; fi"
            ),
        ]
    }

    /// The verdict of a step, from the exit code of fleet on the head node.
    static func verdict(code: Int) -> RuleVerdict {
        switch code {
        case 0: .ok
        case 1: .fail
        default: .unknown
        }
    }

    /// Looks, and prints the table.
    ///
    /// - Returns: The exit code.
    /// - Throws: A ``ClusterError``, or what the output throws.
    func run() async throws -> Int32 {
        let access = try HeadNodeAccess(session, name: name)
        let instance = try await access.instance()
        try await access.awaitOnline(instance)
        let shell = try HeadNodeShell(session, instance: instance)
        try await FleetTransfer(session, transfer).expectFleet(shell)
        var rows: [Ended] = []
        for step in Self.steps(lustre: lustre) {
            session.console.say("fleet: \(name): \(step.name) ...")
            let ended = try await shell.run(step.line)
            let verdict = Self.verdict(code: ended.code)
            let output = verdict == .ok ? "" : ended.output + ended.errors
            rows.append(
                Ended(
                    name: step.name, verdict: verdict, words: Self.words(of: ended, step),
                    output: output))
        }
        let listed = try await shell.run("sinfo -h -N -o '%N %t'")
        let count = NodeCount(listed.code == 0 ? listed.output : "")
        try session.show(Self.document(name, rows, count)) { lines(rows, count) }
        return Self.exitCode(rows, count)
    }

    /// What a step comes to: its last line, which sums it up; doctor's is only the last of its checks.
    static func words(of ended: HeadNodeShell.Ended, _ step: Step) -> String {
        guard step.name == "doctor", ended.code == 0 else { return ended.lastWords }
        let checks = ended.output.split(whereSeparator: \.isNewline).dropFirst()
        return "\(checks.count) checks, none fails"
    }

    /// 0 ready; 1 something fails or a node is missing; 2 something could not be told.
    static func exitCode(_ rows: [Ended], _ count: NodeCount) -> Int32 {
        let verdict = rows.map(\.verdict).max() ?? .unknown
        if verdict == .fail || !count.missing.isEmpty { return 1 }
        // Nodes that are all powered down were not looked at.
        return verdict == .ok && count.wanted > 0 ? 0 : 2
    }

    /// The table, what the steps said that found something, and the last line.
    private func lines(_ rows: [Ended], _ count: NodeCount) -> [String] {
        var table = Table([.init("STEP"), .init("VERDICT"), .init("SAID")])
        for row in rows {
            table.add(
                [row.name, row.verdict.rawValue, TerminalText.visible(row.words)],
                styles: [1: row.verdict.style])
        }
        var lines = session.lines(of: table)
        for row in rows where row.verdict != .ok {
            let said = row.output.split(whereSeparator: \.isNewline).map(String.init)
            lines += ["", "\(row.name):"]
            lines += said.prefix(Self.mostLines).map { "  " + TerminalText.visible($0) }
            if said.count > Self.mostLines {
                lines.append("  ... \(said.count - Self.mostLines) more lines: --format json")
            }
        }
        if lines.count > rows.count + 1 { lines.append("") }
        return lines + [TerminalText.visible(Self.lastLine(rows, count))]
    }

    /// "ready: 2 of 2 nodes", or what is missing.
    static func lastLine(_ rows: [Ended], _ count: NodeCount) -> String {
        let nodes = "\(count.ready) of \(count.wanted) nodes"
        if exitCode(rows, count) == 0 { return "ready: \(nodes)" }
        var why = rows.filter { $0.verdict != .ok }.map { "; \($0.name): \($0.verdict.rawValue)" }
        why += count.missing.prefix(8).map { "; \($0.name) is \($0.state)" }
        if count.missing.count > 8 { why.append("; ...") }
        if count.wanted == 0 {
            why.append(
                count.asleep > 0
                    ? "; all \(count.asleep) are powered down, and none was looked at"
                    : "; sinfo on the head node names none")
        }
        return "not ready: \(nodes) are up" + why.joined()
    }

    /// `fleet.cluster.verify/1`.
    static func document(_ name: String, _ rows: [Ended], _ count: NodeCount) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.verify/1"), "cluster": .string(name),
            "steps": .array(
                rows.map {
                    .object([
                        "step": .string($0.name), "verdict": .string($0.verdict.rawValue),
                        "said": .string($0.words), "output": .string($0.output),
                    ])
                }), "ready": .int(count.ready), "nodes": .int(count.wanted),
            "powered_down": .int(count.asleep),
            "missing": .array(
                count.missing.map {
                    .object(["node": .string($0.name), "state": .string($0.state)])
                }),
        ])
    }
}

/// The nodes that take jobs, and those that should.
struct NodeCount: Hashable, Sendable {
    /// A node, by sinfo.
    struct Node: Hashable, Sendable {
        /// Its name.
        var name: String
        /// Its state in sinfo's short form, such as `idle` or `drain*`.
        var state: String
    }

    /// The nodes that should take jobs and do not, in sinfo's order.
    let missing: [Node]
    /// How many take jobs.
    let ready: Int
    /// How many dynamic nodes are powered down, which is well: Slurm starts them when a job wants them.
    let asleep: Int

    /// How many should take jobs.
    var wanted: Int { ready + missing.count }

    /// Counts.
    ///
    /// - Parameter text: What `sinfo -h -N -o '%N %t'` prints: a line for each node and partition.
    init(_ text: String) {
        var seen: Set<String> = []
        var missing: [Node] = []
        var (ready, asleep) = (0, 0)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, seen.insert(words[0]).inserted else { continue }
            let node = Node(name: words[0], state: words[1])
            switch node.place {
            case .ready: ready += 1
            case .asleep: asleep += 1
            case .missing: missing.append(node)
            }
        }
        self.missing = missing
        self.ready = ready
        self.asleep = asleep
    }
}

extension NodeCount.Node {
    fileprivate enum Place { case ready, asleep, missing }

    /// sinfo's mark after a state: `~` powered down, `%` powering down, `!` to be powered down, `-` planned for a job,
    /// and others for nodes that do not respond, reboot, start or are reserved.
    fileprivate var place: Place {
        let base = state.hasSuffix("-") ? String(state.dropLast()) : state
        if ["idle", "mix", "alloc", "plnd", "comp"].contains(base) { return .ready }
        // ParallelCluster keeps static nodes (-st-) running, so a powered-down one is missing.
        let isStatic = name.firstRange(of: "-st-") != nil
        return state.last.map { "~%!".contains($0) } == true && !isStatic ? .asleep : .missing
    }
}
