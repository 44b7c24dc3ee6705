/// Every known cause of a failed step, for the rows and the documentation; the first match counts, so specific texts
/// come first.
package enum MountFailureCatalogue {
    /// All of them.
    package static let all: [MountFailureCause] = module + node + packages + mount + errors

    /// The cause of a failed step; nil for an unknown message.
    package static func cause(of message: String, in step: String) -> MountFailureCause? {
        // Some tools print two spaces where others print one.
        let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ") + " "
        return all.first { $0.explains(words, of: step) }
    }

    /// What to do about a failed step with an unknown message.
    package static func remedy(of step: String) -> String? { remedies[step] }

    private static let remedies: [String: String] = [
        "rights": "run fleet as root, or allow password-less sudo on the node",
        "lock": "see what holds /run/fleet-mount-lustre.lock on the node (fuser)",
        "scratch": "free space on the node",
        "fstab":
            "give it: fleet mount-lustre --source NID:/FSNAME --persist, or --from-head",
        "mount-table": "find out who mounted it; fleet never unmounts",
        "directory": "move the files away on the node, then mount-lustre again; or --force",
        "name": "check the source's name and DNS",
        "mount": "see dmesg on the node",
        "module-load": "see dmesg on the node",
        "lnet": "see dmesg on the node, and its LNet configuration",
        "filesystem": "see dmesg on the node",
        "module-package": "see the message; install the package by hand on one node to learn more",
        "package-index": "update the package index by hand on one node to learn more",
        "package-fetch": "fetch the package by hand on one node to learn more",
        "package-repair": "run 'dpkg --configure -a' on the node to learn more",
        "disk-space": "free space on the node, then mount-lustre again",
        "to-kernel": "see which kernels the repositories have: apt-cache search linux-image",
    ]

    /// How a failure of mount.lustre begins: an error in it is the server's answer, and does not concern the node's
    /// disk or modules.
    private static let mountWords = ["mount.lustre: mount "]

    private static let module: [MountFailureCause] = [
        MountFailureCause(
            "secure-boot", ["Key was rejected by service", "Required key not available"],
            unless: mountWords,
            "Secure Boot refuses the unsigned module",
            remedy: "install a signed module, or turn Secure Boot off (mokutil --sb-state)",
            example: "modprobe: ERROR: could not insert 'lustre': Key was rejected by service"),
        MountFailureCause(
            "lockdown", ["could not insert 'lustre': Operation not permitted"],
            "the kernel is locked down, or modules may not be loaded",
            remedy: "see /sys/kernel/security/lockdown and kernel.modules_disabled on the node",
            example: "modprobe: ERROR: could not insert 'lustre': Operation not permitted"),
        MountFailureCause(
            "module-format",
            ["Invalid module format", "disagrees about version of symbol", "Exec format error"],
            "the module was built for another kernel, or its file is damaged",
            remedy: "see dmesg; install the module's package again, or the one for this kernel",
            example: "modprobe: ERROR: could not insert 'lustre': Invalid module format"),
        MountFailureCause(
            "module-symbol", ["Unknown symbol in module"],
            "modules of two client releases are mixed",
            remedy: "see dmesg; keep one release of the client modules, then reboot the node",
            example:
                "modprobe: ERROR: could not insert 'lustre': Unknown symbol in module, or unknown parameter"
        ),
        MountFailureCause(
            "module-missing",
            ["Are the lustre modules loaded?", "Module lustre not found in directory"],
            "no client module for the running kernel",
            remedy: "install lustre-client-modules for this kernel",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: No such device Are the lustre modules loaded? Check /etc/modprobe.conf and /proc/filesystems (exit 19)"
        ),
        MountFailureCause(
            "dkms-headers", ["ernel headers"], in: ["module-package", "package-fetch"],
            "DKMS did not build the module for this kernel: the kernel's headers are missing",
            remedy:
                "install the kernel's headers (linux-headers-KERNEL, kernel-devel), then run 'dkms autoinstall' on the node",
            example:
                "DKMS did not build the module for kernel 6.8.0-1043-aws: Error! Your kernel headers for kernel 6.8.0-1043-aws cannot be found at /lib/modules/6.8.0-1043-aws/build"
        ),
        MountFailureCause(
            "dkms-build", ["DKMS did not build the module"],
            "DKMS did not build the module for this kernel",
            remedy:
                "see make.log below /var/lib/dkms on the node; take a client release that supports this kernel, or boot another kernel",
            example:
                "DKMS did not build the module for kernel 6.8.0-1043-aws: Error! Bad return status for module build on kernel: 6.8.0-1043-aws (x86_64) Consult /var/lib/dkms/lustre-client/2.15.5/build/make.log for more information."
        ),
        MountFailureCause(
            "dkms", ["DKMS has not built its lustre module"],
            "the DKMS module was not built for the running kernel",
            remedy:
                "run 'dkms autoinstall' on the node (it needs the kernel's headers), then mount-lustre again",
            example:
                "no package lustre-client-modules-6.8.0-1043-aws in the repositories, and DKMS has not built its lustre module for kernel 6.8.0-1043-aws"
        ),
    ]

    private static let node: [MountFailureCause] = [
        MountFailureCause(
            "disk-full", ["No space left on device", "MiB are free in"], unless: mountWords,
            "the node's disk is full",
            remedy: "free space on the node, then mount-lustre again",
            example:
                "only 12 MiB are free in /lib/modules, and lustre-client-modules-6.8.0-1043-aws needs 160"
        ),
        MountFailureCause(
            "read-only", ["Read-only file system"], unless: mountWords,
            "the node's root file system is read-only",
            remedy: "see dmesg on the node for disk errors; reboot or replace it",
            example: "mkdir: cannot create directory '/lustre': Read-only file system (exit 1)"),
        MountFailureCause(
            "memory", ["Cannot allocate memory", "Out of memory"],
            "the node has no memory left",
            remedy: "see who takes it, then mount-lustre again",
            example: "modprobe: ERROR: could not insert 'lustre': Cannot allocate memory (exit 1)"
        ),
    ]
}
