import Verdicts

/// A node's answer about its repair: its plan, the steps that have ended, and then a report like check-mount's for
/// each mount.
struct RepairAnswer: Hashable, Sendable {
    /// The state of one mount afterwards, as check-mount's script reports it.
    struct Report: Hashable, Sendable {
        /// The mount point.
        var mountPoint: String
        /// The lines, each without its end.
        var lines: [[UInt8]] = []

        /// The lines as one answer.
        ///
        /// - Parameter isWhole: Whether all of its lines are there.
        /// - Returns: The answer's bytes.
        func bytes(isWhole: Bool) -> [UInt8] {
            let newline = [UInt8(ascii: "\n")]
            return Array(lines.map { $0 + newline }.joined())
                + (isWhole ? Array("end=1\n".utf8) : [])
        }
    }

    /// The steps that were planned.
    package private(set) var plan: [RepairPlanStep] = []
    /// The steps that have ended.
    package private(set) var steps: [RepairStep] = []
    /// The report on each mount.
    package private(set) var reports: [Report] = []
    /// Whether there was nothing to do.
    package private(set) var wasMounted = false
    /// Whether the node's answer is complete.
    package private(set) var isComplete = false

    /// Reads the lines, and skips those that have another form.
    ///
    /// - Parameters:
    ///   - bytes: The node's standard output.
    ///   - mountPoint: The mount of the lines that come before the first report.
    init(_ bytes: [UInt8], mountPoint: String) {
        var at: String?
        // Splits bytes and not characters: in Swift, a carriage return and a newline form one character.
        for line in bytes.split(separator: UInt8(ascii: "\n")).map(Array.init) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = String(decoding: line[(equals + 1)...], as: UTF8.self)
            // Nothing may follow the last line: if something does, somebody else wrote to the answer.
            isComplete = false
            switch String(decoding: line[..<equals], as: UTF8.self) {
            case "at": at = value.isEmpty ? nil : value
            case "plan": plan += Self.planned(value, at).map { [$0] } ?? []
            case "step": steps += Self.step(value, at).map { [$0] } ?? []
            case "already": wasMounted = value == "1"
            case "report": reports.append(Report(mountPoint: value))
            case "end": isComplete = value == "1"
            default:
                if reports.isEmpty { reports.append(Report(mountPoint: mountPoint)) }
                reports[reports.count - 1].lines.append(line)
            }
        }
    }

    private static func step(_ text: String, _ mountPoint: String?) -> RepairStep? {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[1] == "done" || words[1] == "failed" else { return nil }
        return RepairStep(
            name: String(words[0]), succeeded: words[1] == "done",
            message: words.count > 2 ? String(words[2]) : "", mountPoint: mountPoint)
    }

    private static func planned(_ text: String, _ mountPoint: String?) -> RepairPlanStep? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        return RepairPlanStep(
            name: String(words[0]), command: String(words[1]), mountPoint: mountPoint)
    }
}

/// One step that mount-lustre plans on a node.
struct RepairPlanStep: Hashable, Sendable {
    /// Its name, such as `module-load`.
    package var name: String
    /// The command, as it will be run.
    var command: String
    /// Its mount; nil for a step of the whole node.
    var mountPoint: String?

    /// For JSON.
    var fact: FactValue {
        .object([
            "name": .string(name), "command": .string(command),
            "mount_point": FactValue(mountPoint),
        ])
    }
}

/// One step of mount-lustre that has ended.
struct RepairStep: Hashable, Sendable {
    /// Its name, such as `module-load`.
    package var name: String
    /// Whether it succeeded.
    var succeeded: Bool
    /// The action, or the tool's message.
    var message: String
    /// Its mount; nil for a step of the whole node.
    var mountPoint: String?

    /// For JSON.
    var fact: FactValue {
        .object([
            "name": .string(name), "succeeded": .bool(succeeded), "message": .string(message),
            "mount_point": FactValue(mountPoint),
        ])
    }
}
