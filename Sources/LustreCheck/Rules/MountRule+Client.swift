import Verdicts

extension MountRule {
    /// Whether the kernel that boots next has a client module.
    static let nextBoot = MountRule { evidence in
        let answer = evidence.answer
        guard evidence.isLustre, evidence.hasRightType, let kernel = answer["kernel"],
            let next = answer["next_kernel"],
            (next == kernel ? answer["module_installed"] : answer["next_module"]) == "no"
        else { return [] }
        let built = answer["dkms"] == "yes" ? ", and DKMS has not built one" : ""
        // If the boot loader's choice cannot be read, it may be a kernel that has the module.
        let verb = answer["next_sure"] == "no" ? "may bring" : "brings"
        return [
            nodeFinding(
                evidence, "next_boot",
                next == kernel
                    ? "the running kernel \(kernel) no longer has a Lustre client module\(built): the mount ends with the next boot"
                    : "the next boot \(verb) kernel \(next), which has no Lustre client module\(built)",
                remedy:
                    "install lustre-client-modules-\(next), or keep another kernel the default")
        ]
    }

    /// Kernel and module cannot change by themselves.
    static let upgrades = MountRule { evidence in
        let answer = evidence.answer
        guard evidence.isLustre, answer["automatic_upgrades"] == "yes", answer["held"] == nil,
            answer["dkms"] != "yes"
        else { return [] }
        return [
            nodeFinding(
                evidence, "unheld",
                "automatic upgrades are on, and neither kernel nor Lustre client module is held")
        ]
    }

    /// A finding about the node, independent of its mounts.
    private static func nodeFinding(
        _ evidence: MountEvidence, _ code: String, _ message: String, remedy: String? = nil
    ) -> Finding {
        var finding = evidence.finding(code, message, remedy: remedy)
        finding.subject = nil
        return finding
    }
}
