/// How far a creation is.
package enum CreationPhase: Int, CaseIterable, Hashable, Sendable, Comparable {
    case resources = 1
    case queues
    case headBoots
    case headIsSetUp
    case staticNodes
    case alarms

    /// A later phase is higher.
    package static func < (left: CreationPhase, right: CreationPhase) -> Bool {
        left.rawValue < right.rawValue
    }

    /// What happens in it.
    package var words: String {
        switch self {
        case .resources: "resources"
        case .queues: "queues"
        case .headBoots: "head node boots"
        case .headIsSetUp: "head node is set up"
        case .staticNodes: "static nodes start"
        case .alarms: "alarms and dashboards"
        }
    }

    /// How long it usually takes, in minutes: the guide says 25 to 35 for the whole creation; the split is an
    /// estimate.
    package var usual: ClosedRange<Int> {
        switch self {
        case .resources: 1...2
        case .queues: 2...3
        case .headBoots: 1...2
        case .headIsSetUp: 8...15
        case .staticNodes: 5...10
        case .alarms: 1...1
        }
    }

    /// How long a whole creation usually takes, in minutes, from the guide.
    package static let usualTotal = 25...35

    /// The message of the head node's chef-client once it waits for the nodes.
    private static let waitingForNodes = "Waiting for static fleet capacity provisioning"

    /// The present phase, from the events and chef-client's lines, and when it began.
    ///
    /// - Parameters:
    ///   - history: The stack's events.
    ///   - chef: The known lines of chef-client.
    /// - Returns: The phase; nil without events, or when no creation is under way.
    package static func current(
        _ history: StackHistory, chef: [LogLine]
    ) -> (phase: CreationPhase, since: Double)? {
        guard history.operation == "CREATE", let started = history.started else { return nil }
        var found: [(CreationPhase, Double)] = [(.resources, started)]
        if let queues = history.first("AWS::CloudFormation::Stack") {
            found.append((.queues, queues.time))
        }
        if let head = history.first("AWS::EC2::Instance", "HeadNode") {
            found.append((.headBoots, head.time))
        }
        let condition = "AWS::CloudFormation::WaitCondition"
        if let wait = history.first(condition) { found.append((.headIsSetUp, wait.time)) }
        if let line = chef.first(where: { $0.text.firstRange(of: waitingForNodes) != nil }) {
            found.append((.staticNodes, line.time))
        }
        if let done = history.last(condition), done.status == "CREATE_COMPLETE" {
            found.append((.alarms, done.time))
        }
        return found.max { $0.0 < $1.0 }.map { ($0.0, $0.1) }
    }

    /// Since when CloudFormation waits for the head node's signal; nil when it does not wait.
    package static func waits(_ history: StackHistory) -> Double? {
        history.first("AWS::CloudFormation::WaitCondition")?.time
    }

    /// Since when the head node runs; nil when it does not run.
    package static func headRuns(_ history: StackHistory) -> Double? {
        history.last("AWS::EC2::Instance", "HeadNode").flatMap {
            $0.status == "CREATE_COMPLETE" ? $0.time : nil
        }
    }
}

/// A line of a log stream.
package struct LogLine: Hashable, Sendable {
    /// The name under which lines of the instance's console are kept, which is no stream of CloudWatch.
    package static let console = "console"

    /// The stream's short name, such as `chef-client`.
    package var stream: String
    /// When, in seconds since 1970.
    package var time: Double
    /// The line.
    package var text: String

    /// Makes a line.
    package init(stream: String, time: Double, text: String) {
        self.stream = stream
        self.time = time
        self.text = text
    }

    /// What tells causes in a log's lines: all of them, but in a line that is no error "already exists" is good news.
    static func telling(_ lines: [LogLine]) -> [String] {
        lines.filter { $0.isError || $0.text.firstRange(of: "already exists") == nil }.map(\.text)
    }

    /// Whether it reports an error, by the level in messages of chef-client, cfn-init and clustermgtd, or by a
    /// shell's message.
    package var isError: Bool {
        let marks = [
            "ERROR", "FATAL", "CRITICAL", "STDERR:", "InsufficientInstanceCapacity",
            "LimitExceeded",
        ]
        return marks.contains { text.firstRange(of: $0) != nil }
    }
}
