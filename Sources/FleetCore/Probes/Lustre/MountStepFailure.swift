/// A failed step of mount-lustre, with the cause in words and the remedy.
struct MountStepFailure {
    let step: MountAnswer.Step
    let settings: LustreSettings

    /// The one finding of the row.
    var finding: Finding {
        let known = Self.causes.first { step.message.contains($0.text) }
        let cause = known.map { " (\($0.cause))" } ?? ""
        return Finding(
            .fail, code: "mount.step.\(step.name)", subject: settings.mountPoint,
            message: "\(step.name) failed: \(step.message)\(cause)",
            remedy: known?.remedy ?? Self.remedies[step.name])
    }

    /// Messages of the real tools, most telling first; from mount.lustre, modprobe, apt and dpkg.
    private static let causes: [(text: String, cause: String, remedy: String)] = [
        (
            "Key was rejected by service", "Secure Boot refuses the unsigned module",
            "install a signed module, or turn Secure Boot off"
        ),
        (
            "Required key not available", "Secure Boot refuses the unsigned module",
            "install a signed module, or turn Secure Boot off"
        ),
        (
            "Is the MGS specification correct?", "the server knows no file system of that name",
            "compare the source in /etc/fstab with the file system's mount name"
        ),
        (
            "Connection timed out", "the server cannot be reached",
            "open TCP 988 and 1018-1023 between node and file system; check that it is up"
        ),
        (
            "Are the lustre modules loaded?", "no client module for the running kernel",
            "install lustre-client-modules for this kernel"
        ),
        (
            "Is the MGS running?", "the server refused, or an incompatible client release",
            "compare the client's release with the server's; see dmesg"
        ),
        (
            "Can't parse NID", "the server's name does not resolve",
            "check the source's name and DNS"
        ),
        (
            "wrong fs type, bad option", "mount.lustre is not installed",
            "install the Lustre client utilities (lustre-client-utils)"
        ),
        (
            "dpkg was interrupted", "an earlier installation was cut off",
            "run 'dpkg --configure -a' on the node, then mount-lustre again"
        ),
        (
            "Could not get lock", "another package manager is at work on the node",
            "wait for it to end, then mount-lustre again"
        ),
        (
            "No space left on device", "the node's disk is full",
            "free space on the node, then mount-lustre again"
        ),
        (
            "in the repositories", "its kernel is newer than the packages",
            "boot a kernel that has a package, or wait for the package"
        ),
        (
            "Failed to fetch", "the package repository cannot be reached",
            "check the node's network and apt sources"
        ),
    ]

    private static let remedies: [String: String] = [
        "rights": "run fleet as root, or allow password-less sudo on the node",
        "fstab": "give it: fleet mount-lustre --source NID:/FSNAME",
        "mount-table": "find out who mounted it; fleet never unmounts",
        "directory": "move the files away on the node, then mount-lustre again",
        "mount": "see dmesg on the node",
        "module-load": "see dmesg on the node",
        "module-package": "see the message; install the package by hand on one node to learn more",
        "package-index": "run 'apt-get update' on the node",
    ]
}
