import FanOut

/// A node's answer about its mounts in `KEY=VALUE` lines; a line after `mount=PATH` whose key is about mounts belongs
/// to that mount.
struct MountAnswer: Hashable, Sendable {
    private var values: [String: String] = [:]
    private var ended = false
    /// The mounts, in the order of the answer.
    private(set) var mounts: [MountSection] = []
    /// The events in the kernel log.
    private(set) var events: [MountEvent] = []
    /// The connections to servers.
    private(set) var imports: [MountImport] = []
    /// Object targets that were deactivated on this client.
    private(set) var inactive: [String] = []
    /// Tasks that wait in a file system's code.
    private(set) var stuck: [MountStuckTask] = []
    /// Processes that not even KILL ended, and whether they could be moved out of the job.
    private(set) var leftBehind: [String] = []
    /// The keys of lines that could not be read, or that contradict an earlier line.
    private(set) var unreadable: Set<String> = []

    /// Reads the lines, and skips those that have another form.
    init(_ bytes: [UInt8]) {
        var place: Int?
        // Splits bytes and not characters: in Swift, a carriage return and a newline form one character.
        for bytes in bytes.split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes, as: UTF8.self)
            guard let equals = line.firstIndex(of: "=") else { continue }
            let key = String(line[..<equals])
            let value = String(line[line.index(after: equals)...])
            switch key {
            case "end": ended = value == "1"
            case "mount": place = section(value)
            case "event" where take(MountEvent(value)): break
            case "import" where take(MountImport(value)): break
            case "inactive" where Self.isTarget(value):
                if !inactive.contains(value) { inactive.append(value) }
            case "stuck" where take(MountStuckTask(value)): break
            case "event", "import", "inactive", "stuck": unreadable.insert(key)
            case "left_behind": leftBehind.append(value)
            default:
                guard let place, MountSection.has(key) else {
                    values[key] = value
                    continue
                }
                if !mounts[place].add(key, value) { unreadable.insert(key) }
            }
        }
        sort()
    }

    /// Sorts everything, so that no result depends on the order in which a node's tools print their lines.
    private mutating func sort() {
        events.sort { ($0.kind.rawValue, $0.key ?? "") < ($1.kind.rawValue, $1.key ?? "") }
        imports.sort { $0.target < $1.target }
        inactive.sort()
        stuck.sort { ($0.pid, $0.words) < ($1.pid, $1.words) }
        for index in mounts.indices { mounts[index].sort() }
    }

    /// Adds an event, once for each subject; false for no event.
    private mutating func take(_ event: MountEvent?) -> Bool {
        guard let event else { return false }
        if let place = events.firstIndex(where: { $0.kind == event.kind && $0.key == event.key }) {
            events[place] = events[place].merged(with: event)
        } else {
            events.append(event)
        }
        return true
    }

    /// Adds the state of a connection, which may have been read twice; false for none.
    private mutating func take(_ one: MountImport?) -> Bool {
        guard let one else { return false }
        if let place = imports.firstIndex(where: { $0.target == one.target }) {
            imports[place] = imports[place].merged(with: one)
        } else {
            imports.append(one)
        }
        return true
    }

    private mutating func take(_ task: MountStuckTask?) -> Bool {
        guard let task else { return false }
        if !stuck.contains(task) { stuck.append(task) }
        return true
    }

    /// The index of a mount's section, which is created if needed; nil for a line that is about no mount.
    private mutating func section(_ path: String) -> Int? {
        guard !path.isEmpty else { return nil }
        if let place = mounts.firstIndex(where: { $0.path == path }) { return place }
        mounts.append(MountSection(path: path))
        return mounts.count - 1
    }

    /// Whether the node's answer is complete.
    var isComplete: Bool { ended && self["mount_table"] == "yes" }

    /// Whether the node's fstab names no mount that is meant, and the node said no more than that.
    var hasNothingToLookAt: Bool { ended && self["applies"] == "no" && mounts.isEmpty }

    /// A value about the node; nil where it is missing or empty.
    subscript(key: String) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a word can be a target's name: it is printed as a part of a command.
    private static func isTarget(_ word: String) -> Bool {
        !word.isEmpty
            && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
    }
}
