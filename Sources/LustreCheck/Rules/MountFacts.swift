import Verdicts

/// The facts from a node's answer, for JSON and tables.
struct MountFacts {
    let answer: MountAnswer
    let findings: [Finding]

    /// The facts about the node and its client.
    var node: [String: FactValue] {
        [
            "state": .string(MountState(of: findings).rawValue),
            "kernel": FactValue(answer["kernel"]),
            "module_installed": Self.flag(answer["module_installed"]),
            "module_loaded": Self.flag(answer["module_loaded"]),
            "filesystem_registered": Self.flag(answer["filesystem_registered"]),
            "client_version": FactValue(answer["client_version"]),
            "next_kernel": FactValue(answer["next_kernel"]),
            "next_module_installed": Self.flag(
                answer["next_kernel"] == answer["kernel"]
                    ? answer["module_installed"] : answer["next_module"]),
            "dkms": .bool(answer["dkms"] == "yes"),
            "held": FactValue(answer["held"]),
            "automatic_upgrades": Self.flag(answer["automatic_upgrades"]),
            "kernel_log": .string(answer["log"] == "read" ? "read" : "unread"),
            "imports": imports,
            "imports_unread": FactValue(answer["imports_unread"]),
            "tasks_unread": answer["tasks"] == "read"
                ? FactValue(answer["tasks_unread"].flatMap { Int($0) }) : .string("all"),
            "stuck_tasks": .list(answer.stuck.map { .string($0.words) }),
            "left_behind": .list(answer.leftBehind.map(FactValue.string)),
        ]
    }

    /// The number of connections, and those that need attention.
    private var imports: FactValue {
        guard !answer.imports.isEmpty else { return .null }
        let notable = answer.imports.filter { $0.meaning != .connected || $0.evictions > 0 }
        return .object([
            "total": .int(answer.imports.count),
            "connected": .int(answer.imports.count { $0.meaning == .connected }),
            "inactive": .list(answer.inactive.map(FactValue.string)),
            "notable": .list(
                notable.map { one in
                    .object([
                        "target": .string(one.target), "state": .string(one.state),
                        "evictions": .int(one.evictions),
                        "last_eviction": FactValue(one.lastEviction),
                        "server": FactValue(one.server),
                    ])
                }),
        ])
    }

    /// The facts about one mount.
    func mount(_ mount: MountSection, isMounted: Bool) -> FactValue {
        let space = mount.space
        let own = findings.filter { $0.subject == mount.path }
        return .object([
            "path": .string(mount.path),
            "state": .string(MountState(of: own).rawValue),
            "mounted": .bool(isMounted),
            "source": FactValue(mount.source), "type": FactValue(mount.type),
            "options": FactValue(mount["mount_options"]),
            "fstab_source": FactValue(mount["fstab_source"]),
            "size_bytes": FactValue(space?.sizeBytes),
            "used_bytes": FactValue(space?.usedBytes),
            "available_bytes": FactValue(space?.availableBytes),
            "use_percent": FactValue(space?.usePercent),
            "inodes": FactValue(space?.inodes), "inodes_free": FactValue(space?.freeInodes),
            "osts": .list(
                mount.osts.map {
                    .object(["index": .int($0.index), "use_percent": FactValue($0.usePercent)])
                }),
            "untouched": FactValue(mount["untouched"]),
            "latency_ms": .object(latencies(mount)),
            "canary": canary(mount),
        ])
    }

    /// Milliseconds by operation; for folders and object targets only the longest.
    private func latencies(_ mount: MountSection) -> [String: FactValue] {
        var times = mount.took
        for folder in mount.folders {
            guard case .ok(_, let milliseconds) = folder.state else { continue }
            times["readdir"] = max(times["readdir"] ?? 0, milliseconds)
        }
        for trial in mount.canaries {
            guard case .ok(let write, let read) = trial.state else { continue }
            times["write"] = max(times["write"] ?? 0, write)
            times["read"] = max(times["read"] ?? 0, read)
        }
        return times.mapValues(FactValue.int)
    }

    private func canary(_ mount: MountSection) -> FactValue {
        guard let first = mount.canaries.first else { return .null }
        switch first.state {
        case .skipped: return .string("not in the sample")
        case .ok, .failed:
            let good = mount.canaries.count {
                if case .ok = $0.state { true } else { false }
            }
            return .string("\(good) of \(mount.canaries.count) ok")
        }
    }

    private static func flag(_ word: String?) -> FactValue {
        switch word {
        case "yes": .bool(true)
        case "no": .bool(false)
        default: .null
        }
    }
}
