import Platform
import Verdicts

extension MountRule {
    /// Something is mounted there.
    static let mounted = MountRule { evidence in
        let mount = evidence.mount
        let isArmed = mount.type == "autofs" && !evidence.types.contains("autofs")
        guard mount.type == nil || isArmed else { return [] }
        let hanging = hangingMount(evidence)
        let words = MountUnit(mount).words + (hanging.map { "; \($0.words)" } ?? "")
        let kernel = evidence.answer["kernel"] ?? "?"
        let lacksModule = evidence.isLustre && evidence.answer["module_installed"] == "no"
        let module = "no Lustre client module for kernel \(kernel)"
        let remedy =
            hanging != nil
            ? "check the file system's servers; a mount(8) that hangs there ends when they answer, or with a reboot"
            : evidence.isLustre ? nil : "mount \(ShellQuote.readable([mount.path]))"
        if isArmed {
            let message = "not mounted: automount armed, nothing mounted behind it"
            return [
                evidence.finding(
                    "automount_armed", message + (lacksModule ? "; \(module)" : "") + words,
                    remedy: remedy)
            ]
        }
        if evidence.expectedSource == nil {
            return [
                evidence.finding(
                    "no_fstab", "not mounted, and /etc/fstab has no lustre line for it")
            ]
        }
        if lacksModule {
            return [evidence.finding("no_module", "not mounted: \(module)" + words)]
        }
        return [evidence.finding("not_mounted", "not mounted" + words, remedy: remedy)]
    }

    /// A mount(8) that waits in Lustre's code: no signal ends it, and a second mount would wait as well.
    private static func hangingMount(_ evidence: MountEvidence) -> MountStuckTask? {
        guard evidence.isLustre else { return nil }
        return evidence.answer.stuck.first { $0.system == "lustre" && $0.name.hasPrefix("mount") }
    }

    /// Whether the type is right, by the mount table and by the file system's own answer.
    static let type = MountRule { evidence in
        let mount = evidence.mount
        let source = mount.source ?? "?"
        guard evidence.hasRightType else {
            let type = mount.type ?? "?"
            let expected =
                evidence.types == ["lustre"] ? "Lustre" : evidence.types.joined(separator: " or ")
            return [
                evidence.finding(
                    "wrong_type", "\(source) of type \(type) is mounted there, not \(expected)",
                    remedy: "find out who mounted it; fleet never unmounts")
            ]
        }
        // LL_SUPER_MAGIC: the magic number in the answer of Lustre's client to statfs.
        guard mount.type == "lustre", let magic = mount.magic, magic != "bd00bd0" else { return [] }
        return [
            evidence.finding(
                "wrong_type",
                "the mount table says lustre, statfs says file system \(magic), not bd00bd0",
                remedy: "find out who mounted it; fleet never unmounts")
        ]
    }

    /// Whether the source is right.
    static let source = MountRule { evidence in
        guard evidence.hasRightType, evidence.sourceMatches == "no" else { return [] }
        let source = evidence.mount.source ?? "?"
        return [
            evidence.finding(
                "wrong_source",
                "\(source) is mounted, expected \(evidence.expectedSource ?? "?")",
                remedy: "correct /etc/fstab, or unmount it by hand; fleet never unmounts")
        ]
    }

    /// Its options are those that were asked for.
    static let options = MountRule { evidence in
        let mount = evidence.mount
        let options = Set(words(mount["mount_options"]))
        // Another --source does not ask for other options.
        let asked = words(evidence.settings.options ?? mount["fstab_options"])
        var findings: [Finding] = []
        if options.contains("ro"), !asked.contains("ro") {
            findings.append(
                evidence.finding("read_only", "mounted read-only, and fstab does not ask for it"))
        }
        // Options that programs depend on and that Lustre shows in the mount table.
        let missing = ["flock", "localflock", "user_xattr"].filter {
            asked.contains($0) && !options.contains($0)
        }
        if mount.type == "lustre", !missing.isEmpty {
            findings.append(
                evidence.finding(
                    "options", "mounted without \(missing.joined(separator: " and "))"))
        }
        if evidence.sourceMatches == "part" {
            findings.append(
                evidence.finding(
                    "source_unknown",
                    "\(mount.source ?? "?") is mounted; whether that is its folder \(evidence.expectedSource ?? "?") is not known: the mount table shows the file system alone",
                    remedy:
                        "compare what lies there with the folder; remount by hand if it is the whole"
                ))
        }
        if evidence.sourceMatches == "unknown" {
            // A source that cannot be compared is neither right nor wrong.
            let expected = evidence.expectedSource ?? "?"
            let cause =
                expected.contains(":/")
                ? "a name does not resolve on the node"
                : "the node does not say which device that is"
            findings.append(
                evidence.finding(
                    "source_unknown",
                    "\(mount.source ?? "?") is mounted; whether that is \(expected) is not known: \(cause)"
                ))
        }
        return findings
    }

    private static func words(_ options: String?) -> [String] {
        options?.split(separator: ",").map(String.init) ?? []
    }
}
