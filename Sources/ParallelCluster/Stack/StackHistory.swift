/// All known events of a cluster's stack and its nested stacks, and what follows from them.
package struct StackHistory: Hashable, Sendable {
    /// The cluster's name, which is its stack's.
    package let name: String
    /// The events in the order of time; events of the same moment in the order of arrival.
    package private(set) var events: [StackEvent] = []
    private var known: Set<String> = []

    /// Begins without events.
    package init(name: String) {
        self.name = name
    }

    /// Adds events in any order; known ones are skipped.
    ///
    /// - Returns: The new ones, the oldest first.
    package mutating func take(_ some: [StackEvent]) -> [StackEvent] {
        let new = some.filter { known.insert($0.id).inserted }
        guard !new.isEmpty else { return [] }
        // AWS answers with the newest first.
        let ordered = Self.ordered(new.reversed())
        events = Self.ordered(events + ordered)
        return ordered
    }

    private static func ordered(_ events: some Collection<StackEvent>) -> [StackEvent] {
        events.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }

    /// The stack's own events.
    private var own: [StackEvent] { events.filter { $0.isOfStack && $0.stackName == name } }

    /// The stack's state after the last event; nil without events.
    package var status: String? { own.last?.status }

    /// The stack's ARN; nil without events.
    package var stackID: String? { own.last?.stackID }

    /// The present or the last operation: `CREATE`, `UPDATE` or `DELETE`; nil without events.
    package var operation: String? {
        beginning?.status.split(separator: "_").first.map(String.init)
    }

    /// When that began.
    package var started: Double? { beginning?.time }

    private var beginning: StackEvent? {
        own.last {
            ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].contains($0.status)
        }
    }

    /// The events of the present operation, without those of earlier operations.
    package var current: ArraySlice<StackEvent> {
        guard let started, let first = events.firstIndex(where: { $0.time >= started }) else {
            return events[...]
        }
        return events[first...]
    }

    /// Whether the operation has ended.
    package var isEnded: Bool {
        status.map { !$0.hasSuffix("_IN_PROGRESS") || $0.hasSuffix("_CLEANUP_IN_PROGRESS") }
            ?? false
    }

    /// Whether the operation succeeded.
    package var isSuccess: Bool {
        guard isEnded, let status else { return false }
        return ["CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"].contains(status)
            || status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    }

    /// Whether CloudFormation is rolling back.
    package var isRollingBack: Bool {
        status.map { $0.firstRange(of: "ROLLBACK") != nil } ?? false
    }

    /// Whether the parent stack has reported the end of a nested one, in the present operation.
    package func hasEnded(_ nested: String) -> Bool {
        guard let last = current.last(where: { $0.physicalID == nested && !$0.isOfStack }) else {
            return false
        }
        return last.status.hasSuffix("_COMPLETE")
    }

    /// The ARNs of the nested stacks; those that failed or are in progress come first.
    package var nested: [String] {
        var last: [String: StackEvent] = [:]
        for event in current
        where event.type == "AWS::CloudFormation::Stack" && !event.isOfStack
            && event.physicalID.hasPrefix("arn:")
        {
            last[event.physicalID] = event
        }
        return last.values.sorted {
            ($1.status.hasSuffix("COMPLETE") ? 0 : 1, $1.time, $0.physicalID)
                < ($0.status.hasSuffix("COMPLETE") ? 0 : 1, $0.time, $1.physicalID)
        }.map(\.physicalID)
    }

    /// The event that caused all other failures; nil when nothing failed.
    ///
    /// The earliest failure that is no cancellation; if that is the failure of a nested stack, the earliest failure
    /// in it.
    package var rootFailure: StackEvent? {
        let failures = current.filter(\.isFailure)
        guard let first = failures.first else { return nil }
        guard first.reason.firstRange(of: "Embedded stack") != nil else { return first }
        return failures.first { $0.stackID == first.physicalID } ?? first
    }

    /// The last event of a type of resource in the present operation; nil without one.
    ///
    /// - Parameters:
    ///   - type: The resource's type.
    ///   - prefix: The beginning of its name in the template.
    /// - Returns: The event, or nil.
    func last(_ type: String, _ prefix: String = "") -> StackEvent? {
        current.last { $0.type == type && $0.logicalID.hasPrefix(prefix) && !$0.isOfStack }
    }

    func first(_ type: String, _ prefix: String = "") -> StackEvent? {
        current.first { $0.type == type && $0.logicalID.hasPrefix(prefix) && !$0.isOfStack }
    }
}
