/// Concludes from a node's answer whether Lustre is mounted there, the right one, and alive.
struct MountJudge {
    let settings: LustreSettings
    let answer: MountAnswer

    private var point: String { settings.mountPoint }

    /// The findings about the mount itself; none where it is right and alive.
    func findings() -> [Finding] {
        guard answer.isComplete else {
            return [
                finding(
                    .unknown, "incomplete", "the node's answer is incomplete",
                    remedy: "try again; see its stderr with --format json")
            ]
        }
        guard let type = answer["mount_type"] else { return [notMounted()] }
        if type == "autofs", !settings.types.contains(type) { return [automountArmed()] }
        guard settings.types.contains(type) else {
            let source = answer["mount_source"] ?? "?"
            return [
                finding(
                    .fail, "wrong_type", "\(source) of type \(type) is mounted there, not Lustre",
                    remedy: "find out who mounted it; fleet never unmounts")
            ]
        }
        return mounted()
    }

    private func notMounted() -> Finding {
        if answer["fstab_source"] == nil, settings.source == nil {
            return finding(
                .fail, "no_fstab", "not mounted, and /etc/fstab has no lustre line for it",
                remedy: "fleet mount-lustre --source NID:/FSNAME")
        }
        if answer["module_installed"] == "no" {
            return finding(
                .fail, "no_module",
                "not mounted: no Lustre client module for kernel \(answer["kernel"] ?? "?")",
                remedy: "fleet mount-lustre")
        }
        return finding(.fail, "not_mounted", "not mounted", remedy: "fleet mount-lustre")
    }

    private func automountArmed() -> Finding {
        var message = "not mounted: automount armed, nothing mounted behind it"
        if answer["module_installed"] == "no" {
            message += "; no Lustre client module for kernel \(answer["kernel"] ?? "?")"
        }
        return finding(.fail, "automount_armed", message, remedy: "fleet mount-lustre")
    }

    private func mounted() -> [Finding] {
        let source = answer["mount_source"] ?? "?"
        let expected = settings.source ?? answer["fstab_source"] ?? source
        // The node compares with names resolved; the letters decide where it did not.
        let matches = expected == source ? "yes" : answer["source_matches"] ?? "no"
        if matches == "no" {
            return [
                finding(
                    .fail, "wrong_source", "\(source) is mounted, expected \(expected)",
                    remedy: "correct /etc/fstab, or unmount it by hand; fleet never unmounts")
            ]
        }
        if let seconds = answer["statfs_hung"] {
            return [
                finding(
                    .fail, "hung", "does not answer (\(seconds) s)",
                    remedy:
                        "check the file system's servers and the network; if only this node hangs, reboot it"
                )
            ]
        }
        if let cause = answer["statfs_error"] {
            return [
                finding(
                    .fail, "stale", "mounted, but does not work: \(cause)",
                    remedy: "check dmesg; remount by hand")
            ]
        }
        if answer["no_scratch"] != nil {
            return [
                finding(
                    .unknown, "no_scratch",
                    "mounted; whether it answers could not be seen: no room for a temporary file in /dev/shm or /tmp",
                    remedy: "free space on the node")
            ]
        }
        guard answer.space != nil else {
            return [
                finding(
                    .unknown, "no_figures", "mounted, but it gives no size",
                    remedy: "check the file system's servers (OSTs)")
            ]
        }
        return readOnly() + (matches == "yes" ? [] : [unresolved(source, expected)])
    }

    /// A source that cannot be compared is neither right nor wrong.
    private func unresolved(_ source: String, _ expected: String) -> Finding {
        finding(
            .unknown, "source_unknown",
            "\(source) is mounted; whether that is \(expected) is not known: a name does not resolve on the node",
            remedy: "check the node's DNS")
    }

    private func readOnly() -> [Finding] {
        let options = answer["mount_options"]?.split(separator: ",") ?? []
        let asked = (settings.source == nil ? answer["fstab_options"] ?? "" : settings.options)
            .split(separator: ",")
        guard options.contains("ro"),
            !asked.contains("ro")
        else { return [] }
        return [
            finding(
                .warn, "read_only", "mounted read-only, and fstab does not ask for it",
                remedy: "check dmesg for evictions")
        ]
    }

    /// What was learned, for JSON.
    func facts() -> [String: FactValue] {
        let space = answer.space
        let type = answer["mount_type"]
        return [
            "mount_point": .string(point),
            "mounted": answer.isComplete
                ? .bool(type.map(settings.types.contains) ?? false) : .null,
            "source": FactValue(answer["mount_source"]),
            "type": FactValue(type),
            "options": FactValue(answer["mount_options"]),
            "fstab_source": FactValue(answer["fstab_source"]),
            "kernel": FactValue(answer["kernel"]),
            "module_installed": Self.flag(answer["module_installed"]),
            "module_loaded": Self.flag(answer["module_loaded"]),
            "filesystem_registered": Self.flag(answer["filesystem_registered"]),
            "size_bytes": FactValue(space?.sizeBytes),
            "used_bytes": FactValue(space?.usedBytes),
            "available_bytes": FactValue(space?.availableBytes),
            "use_percent": FactValue(space?.usePercent),
            "inodes": FactValue(space?.inodes),
            "inodes_free": FactValue(space?.freeInodes),
        ]
    }

    private static func flag(_ word: String?) -> FactValue {
        switch word {
        case "yes": .bool(true)
        case "no": .bool(false)
        default: .null
        }
    }

    private func finding(
        _ severity: Severity, _ code: String, _ message: String, remedy: String? = nil
    ) -> Finding {
        Finding(
            severity, code: "mount.\(code)", subject: point, message: message, remedy: remedy)
    }
}
