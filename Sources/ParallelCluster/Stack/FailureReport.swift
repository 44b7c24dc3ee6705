/// What failed, why, and what to do next, in one answer.
package struct FailureReport: Hashable, Sendable {
    /// The cluster's name.
    package var cluster: String
    /// The stack's ARN; nil where it is not known.
    package var stack: String?
    /// The stack's last state.
    package var status: String?
    /// The phase of the creation; nil when this is no creation.
    package var phase: CreationPhase?
    /// From its beginning to the failure, in seconds.
    package var elapsed: Int
    /// The event that everything else followed from.
    package var root: StackEvent?
    /// pcluster's code and reason; nil when it gives none.
    package var pcluster: ClusterDescription.Failure?
    /// The cause and what to do.
    package var cause: FailureCause
    /// The log lines that say so.
    package var evidence: [LogLine]
    /// The folder with the kept files; nil when nothing was kept.
    package var savedIn: String?
    /// Whether the stack still exists with its head node, so that somebody can look at it.
    package var isKept: Bool

    /// The most lines that are shown as evidence.
    private static let mostEvidence = 8

    /// Makes a report from the known facts.
    ///
    /// - Parameters:
    ///   - history: The stack's events.
    ///   - description: pcluster's view; nil when pcluster no longer knows the cluster.
    ///   - lines: The head node's log lines.
    ///   - savedIn: The folder with the kept files.
    package init(
        history: StackHistory, description: ClusterDescription?, lines: [LogLine], savedIn: String?
    ) {
        cluster = history.name
        stack = history.stackID
        status = history.status
        root = history.rootFailure
        let chef = lines.filter { $0.stream == "chef-client" }
        phase = Self.phase(at: root, history, chef: chef)
        elapsed = Int(max(0, (root?.time ?? history.started ?? 0) - (history.started ?? 0)))
        pcluster = description?.failures?.first
        let errors = lines.filter(\.isError)
        // The head node's logs say more than the end of the wait for it, which usually only says that something failed.
        // Of what failed elsewhere they know nothing.
        let words = [root?.reason, pcluster?.failureReason].compactMap { $0 }
        let isOfHead = root == nil || root?.type == "AWS::CloudFormation::WaitCondition"
        let places = [LogLine.telling(lines), words]
        cause =
            (isOfHead ? places : places.reversed()).lazy
            .map { [phase] in FailureCause.find(in: $0, phase: phase) }
            .first { $0 != .unknown } ?? .unknown
        let signature = cause.signature
        let telling = errors.filter {
            !signature.isEmpty && $0.text.firstRange(of: signature) != nil
        }
        let others = errors.filter { !telling.contains($0) }
        evidence = Array(
            telling.suffix(3) + others.suffix(Self.mostEvidence - min(3, telling.count)))
        // A head node that sends no log still has a console.
        if evidence.isEmpty {
            evidence = lines.filter { $0.stream == LogLine.console }.suffix(Self.mostEvidence)
        }
        evidence.sort { $0.time < $1.time }
        self.savedIn = savedIn
        isKept = status == "CREATE_FAILED"
    }

    private static func phase(
        at root: StackEvent?, _ history: StackHistory, chef: [LogLine]
    ) -> CreationPhase? {
        let phase = CreationPhase.current(history, chef: chef)?.phase
        // When the wait itself failed, the creation has not reached the next phase.
        return root?.type == "AWS::CloudFormation::WaitCondition" && phase == .alarms
            ? .headIsSetUp : phase
    }

    /// The commands that come next.
    package var next: [String] {
        var result = ["fleet cluster logs -n \(cluster) --errors"]
        if isKept { result.append("fleet cluster connect -n \(cluster)") }
        result.append("fleet cluster delete -n \(cluster)")
        return result
    }

    /// The answer, line by line.
    package var lines: [String] {
        let minutes = elapsed < 120 ? "\(elapsed) s" : "\(elapsed / 60) min"
        var result = [
            "\(cluster): \(status ?? "failed") after \(minutes)"
                + (phase.map { ", in phase \($0.rawValue) (\($0.words))" } ?? "")
        ]
        if let root {
            result.append(
                "  event    \(root.logicalID) (\(root.type)): \(root.reason.isEmpty ? root.status : root.reason)"
            )
        }
        if let pcluster {
            result.append(
                "  pcluster \(pcluster.failureCode ?? "?"): \(pcluster.failureReason ?? "")")
        }
        result += evidence.map { "  \($0.stream): \($0.text)" }
        result.append("  cause    \(cause.cause) -> \(cause.remedy)")
        if let savedIn { result.append("  kept in  \(savedIn)") }
        result.append(
            "  next     \(next.joined(separator: "; ")) (the stack holds the name until it is deleted)"
        )
        return result
    }
}
