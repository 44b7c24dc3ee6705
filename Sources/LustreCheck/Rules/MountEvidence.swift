import Verdicts

/// The input of the rules about one mount.
struct MountEvidence: Sendable {
    let settings: LustreSettings
    let limits: MountLimits
    let answer: MountAnswer
    /// The mount it is about.
    let mount: MountSection

    /// The source that should be mounted: given by a flag, otherwise from the node's fstab.
    var expectedSource: String? { settings.source ?? mount["fstab_source"] }

    /// The types that may be mounted.
    var types: [String] {
        mount["types"]?.split(separator: " ").map(String.init)
            ?? (settings.otherTypes.isEmpty ? settings.types : settings.otherTypes)
    }

    /// Whether something of a right type is mounted.
    var hasRightType: Bool {
        guard let type = mount.type else { return false }
        return types.contains(type) || (types.contains("any") && type != "autofs")
    }

    /// Whether the mounted source is the expected one: yes, no, unknown, skipped, or part.
    ///
    /// skipped: with this type, the mount table does not show the real source. part: a folder of a file system is
    /// expected, and the mount table shows only the file system, so it is not known whether that folder is mounted.
    var sourceMatches: String {
        // The node compares sources with their names resolved; if it did not, the texts are compared.
        let told = mount["source_matches"]
        let expected = expectedSource ?? mount["expected_source"]
        if expected == nil, told != "no" { return "yes" }
        if let expected, expected == mount.source { return "yes" }
        switch told {
        case "part": return mount.isFolder ? "yes" : "part"
        case "yes", "no", "skipped": return told ?? "no"
        case nil: return "no"
        default: return "unknown"
        }
    }

    /// Whether it is, or should be, Lustre.
    var isLustre: Bool {
        if mount.type == "lustre" || mount["fstab_type"] == "lustre" { return true }
        guard settings.otherTypes.isEmpty else { return false }
        guard let type = mount.type, type != "autofs" else { return mount["fstab_type"] == nil }
        return settings.types.contains(type)
    }

    /// The connections to this file system's targets.
    var imports: [MountImport] {
        isLustre ? answer.imports.filter { mount.owns($0.target) } : []
    }

    /// The log's events about this file system's targets, or about its NFS server.
    var events: [MountEvent] {
        answer.events.filter { event in
            guard let key = event.key else { return false }
            if key.hasPrefix("nfs:") {
                return mount.source?.hasPrefix(key.dropFirst(4) + ":") ?? false
            }
            return isLustre && mount.owns(key)
        }
    }

    /// The events that are not older than the limit, and those of unknown age.
    func recent(_ events: [MountEvent]) -> [MountEvent] {
        events.filter { event in
            hours(since: event).map { $0 <= Double(limits.eventHours) } ?? true
        }
    }

    /// The newest of some events.
    static func newest(_ events: [MountEvent]) -> MountEvent? {
        events.max { ($0.time ?? .infinity, $0.line) < ($1.time ?? .infinity, $1.line) }
    }

    /// A line of the log in square brackets, without the kernel's own brackets around the time.
    static func quoted(_ line: String) -> String {
        guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return " [\(line)]" }
        let time = line[line.index(after: line.startIndex)..<end].drop { $0 == " " }
        let unit = Double(time) == nil ? "" : " s"
        let rest = line[line.index(after: end)...].drop { $0 == " " }
        return " [\(time)\(unit): \(rest)]"
    }

    /// Hours since an event of the log; nil where they are not known.
    func hours(since event: MountEvent) -> Double? {
        guard let time = event.time, let uptime = number("uptime") else { return nil }
        return max(0, uptime - time) / 3600
    }

    /// A number about the node; nil where it is missing or none: with `inf` every event would be too old to count.
    func number(_ key: String) -> Double? {
        answer[key].flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Makes a finding of a kind from the catalogue.
    ///
    /// - Parameters:
    ///   - code: The kind's code without `mount.`.
    ///   - message: What was seen.
    ///   - severity: Its severity; by default that of the kind.
    ///   - remedy: What to do; by default the kind's own remedy.
    /// - Returns: The finding, about this mount.
    func finding(
        _ code: String, _ message: String, severity: Severity? = nil, remedy: String? = nil
    ) -> Finding {
        let kind = MountFindingCatalogue.kind(of: "mount.\(code)")
        return Finding(
            severity ?? kind?.severity ?? .fail, code: "mount.\(code)", subject: mount.path,
            message: message, remedy: remedy ?? kind?.action)
    }
}
