import Verdicts

extension MountFindingCatalogue {
    static let table: [MountFindingKind] = [
        MountFindingKind(
            "not_mounted", .notMounted, .fail,
            "Nothing is mounted there; systemd's result and mount's last words are told where there are some.",
            source: Source.table, action: "fleet mount-lustre"),
        MountFindingKind(
            "automount_armed", .notMounted, .fail,
            "systemd's automount waits there with nothing mounted behind it: mountpoint(1) calls that mounted.",
            source: Source.table, action: "fleet mount-lustre"),
        MountFindingKind(
            "no_module", .notMounted, .fail,
            "Nothing is mounted, and there is no client module for the running kernel.",
            source: "/lib/modules, modinfo", action: "fleet mount-lustre"),
        MountFindingKind(
            "no_fstab", .notMounted, .fail,
            "Nothing is mounted, and the fstab has no line for it: ParallelCluster writes one only when its first mount worked.",
            source: "aws-parallelcluster-cookbook, manage_fsx",
            action: "fleet mount-lustre --source NID:/FSNAME"),
        MountFindingKind(
            "wrong_type", .wrongSource, .fail,
            "Something of another type is mounted there, by the mount table or by what statfs answers.",
            source: Source.table, action: "find out who mounted it; --type if it is meant"),
        MountFindingKind(
            "wrong_source", .wrongSource, .fail,
            "Another file system is mounted than --source or the fstab says, names resolved.",
            source: Source.table, action: "correct /etc/fstab, or unmount it by hand"),
        MountFindingKind(
            "source_unknown", .unknown, .unknown,
            "A server's name does not resolve on the node, the node does not say which device a name of it means, or the mount table shows a file system of which a folder is wanted: the sources cannot be compared.",
            source: Source.fleet, action: "check the node's DNS, or the name in fstab"),
        MountFindingKind(
            "read_only", .degraded, .warn,
            "Mounted read-only, and nobody asked for it.", source: Source.table,
            action: "read dmesg for the reason, then remount by hand"),
        MountFindingKind(
            "options", .degraded, .warn,
            "An option that the fstab or --options asks for (flock, localflock, user_xattr) is not in force.",
            source: Source.table, action: "remount by hand with the options of the fstab"),
    ]

    static let client: [MountFindingKind] = [
        MountFindingKind(
            "next_boot", .ok, .warn,
            "The kernel that boots next has no client module: the mount will be gone after a reboot.",
            source:
                "aws-parallelcluster #2095, #4057: kernels that were updated without the module",
            action: "install the module for that kernel, or make the running one the default"),
        MountFindingKind(
            "unheld", .ok, .info,
            "Automatic upgrades are on and neither kernel nor module is held: a new kernel may come without a module.",
            source: "aws-parallelcluster #2095",
            action: "hold the kernel's package, or turn automatic upgrades off"),
    ]
}
