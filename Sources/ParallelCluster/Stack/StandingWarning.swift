/// A fault that keeps a creation from finishing, reported while the stack's state is still CREATE_IN_PROGRESS.
package struct StandingWarning: Hashable, Sendable {
    /// Its identity, so that each warning is printed once.
    package var key: String
    /// What is wrong.
    package var message: String
    /// What to do.
    package var remedy: String
}

/// The facts about a creation at one moment, from which the warnings follow.
package struct CreationFacts: Hashable, Sendable {
    /// The present time, in seconds since 1970.
    package var now: Double
    /// The phase of the creation, and when it began; nil when that is not known.
    package var phase: CreationPhase?
    /// When the phase began.
    package var phaseSince: Double
    /// When the creation began.
    package var started: Double
    /// Since when the head node runs; nil where it does not.
    package var headRunsSince: Double?
    /// How many log streams the head node has; nil where that could not be asked.
    package var headStreams: Int?
    /// The end of a silent head node's console; empty where it is not known.
    package var console: [String] = []
    /// chef-client's and clustermgtd's lines that are known.
    package var lines: [LogLine]
    /// The compute fleet's state; nil where it is not known.
    package var fleet: String?
    /// The number of running static nodes; nil when it could not be read.
    package var have: Int?
    /// The number of static nodes that should run; nil when it is not known.
    package var want: Int?
    /// When a capacity block begins; nil without one.
    package var blockStart: Double?
    /// When it ends; nil without one.
    package var blockEnd: Double?
    /// How many minutes the operator's own creations took, as their median; nil when none was kept.
    package var usualMinutes: Int?
    /// When CloudFormation will give up on the head node; nil when that is not known.
    package var givesUp: Double?

    /// Makes the facts of a creation.
    package init(now: Double, started: Double) {
        self.now = now
        self.started = started
        phaseSince = started
        lines = []
    }

    /// How long a head node may run without any log stream before that is reported, in seconds.
    static let silence = 600.0
    /// How long nodes may be missing before that is reported, in seconds.
    static let missing = 900.0

    /// The warnings, the most serious first.
    package var warnings: [StandingWarning] {
        [chefFatal, protected, capacity, quota, permission, silent, missingNodes, late].compactMap {
            $0
        }
    }

    private func count(_ word: String, in stream: String = "clustermgtd") -> Int {
        lines.count { $0.stream == stream && $0.text.firstRange(of: word) != nil }
    }

    private func capacityLine(_ word: String) -> String? {
        lines.last { $0.stream == "clustermgtd" && $0.text.firstRange(of: word) != nil }?.text
    }

    private var waiting: String {
        guard let want, let have else { return "it waits for its nodes" }
        return "it waits for \(max(0, want - have)) of \(want) nodes"
    }

    private var capacity: StandingWarning? {
        let word = "InsufficientInstanceCapacity"
        guard let line = capacityLine(word) else { return nil }
        let cause = FailureCause.find(in: [line], phase: phase)
        let times = count(word)
        return StandingWarning(
            key: word,
            message: "\(waiting): \(cause.cause.replacing(" (\(word))", with: "")) "
                + "(\(word), \(times) \(times == 1 ? "time" : "times"))",
            remedy: cause.remedy)
    }

    private var quota: StandingWarning? {
        guard let line = capacityLine("VcpuLimitExceeded") else { return nil }
        let cause = FailureCause.find(in: [line], phase: phase)
        return StandingWarning(
            key: "VcpuLimitExceeded", message: "\(waiting): \(cause.cause)", remedy: cause.remedy)
    }

    private var permission: StandingWarning? {
        guard let line = capacityLine("UnauthorizedOperation") else { return nil }
        let cause = FailureCause.find(in: [line], phase: phase)
        return StandingWarning(
            key: "UnauthorizedOperation", message: "\(waiting): \(cause.cause)",
            remedy: cause.remedy)
    }

    /// Whether the head node runs for long, and has sent no log.
    package var isSilent: Bool {
        guard let headRunsSince, headStreams == 0 else { return false }
        return now - headRunsSince >= Self.silence && (phase ?? .resources) <= .headIsSetUp
    }

    private var silent: StandingWarning? {
        guard let headRunsSince, isSilent else { return nil }
        return StandingWarning(
            key: "silent",
            message:
                "the head node runs for \(Self.minutes(now - headRunsSince)) min and has sent no log"
                + (console.isEmpty
                    ? "" : "; its console ends: " + console.suffix(3).joined(separator: " | ")),
            remedy:
                "its subnet needs a public address or a NAT, and the AMI must be ParallelCluster's"
                + (console.isEmpty ? ": aws ec2 get-console-output shows what it says" : ""))
    }

    private var protected: StandingWarning? {
        guard fleet == "PROTECTED" else { return nil }
        return StandingWarning(
            key: "PROTECTED",
            message: "the compute fleet is PROTECTED: static nodes failed to start ten times",
            remedy: "fleet cluster logs clustermgtd; after the cause, fleet cluster compute start")
    }

    private var missingNodes: StandingWarning? {
        guard phase == .staticNodes, now - phaseSince >= Self.missing, let want,
            let have, have < want, (blockStart ?? 0) <= now
        else { return nil }
        return StandingWarning(
            key: "nodes",
            message: "\(have) of \(want) nodes after \(Self.minutes(now - phaseSince)) min",
            remedy: "fleet cluster logs clustermgtd")
    }

    private var chefFatal: StandingWarning? {
        guard
            let line = lines.first(where: {
                $0.stream == "chef-client" && $0.text.firstRange(of: "FATAL") != nil
            })
        else { return nil }
        let all = lines.filter { $0.stream == "chef-client" }
        let cause = FailureCause.find(in: LogLine.telling(all), phase: phase)
        return StandingWarning(
            key: "chef",
            message: "the head node's set-up failed: "
                + (cause == .unknown ? line.text : cause.cause),
            remedy: cause == .unknown ? "fleet cluster logs chef-client" : cause.remedy)
    }

    private var late: StandingWarning? {
        // Half of one's own creations take longer than their median, by seconds: a whole minute more is late.
        let isLate =
            usualMinutes.map { Self.minutes(now - started) > $0 }
            ?? (now - started > Double(CreationPhase.usualTotal.upperBound * 60))
        guard isLate else { return nil }
        return StandingWarning(
            key: "late",
            message: "\(Self.minutes(now - started)) min, and \(usual) are usual",
            remedy: "fleet cluster logs --errors")
    }

    /// How many minutes are usual, in words: the operator's own, else the guide's.
    package var usual: String {
        let guide = CreationPhase.usualTotal
        return usualMinutes.map { "about \($0)" } ?? "\(guide.lowerBound)-\(guide.upperBound)"
    }

    static func minutes(_ seconds: Double) -> Int { Int(seconds / 60) }
}
