import Verdicts

extension MountFindingCatalogue {
    static let touch: [MountFindingKind] = [
        MountFindingKind(
            "hung", .hung, .fail,
            "Mounted, and it does not answer in 10 s: to statfs, to a readdir of --expect, or to the canary's write.",
            source: "\(Source.tested): statfs blocks within 5 s",
            action: "check the servers and the network; if only this node hangs, reboot it"),
        MountFindingKind(
            "stale", .stale, .fail,
            "Mounted, and statfs ends with an error.",
            source: "statfs(2): ESTALE, ENOTCONN, ESHUTDOWN, EIO",
            action: "read dmesg; remount by hand"),
        MountFindingKind(
            "second_look", .ok, .warn,
            "The first look ended with an input/output error and the second did not, as after an eviction, but neither the client nor the kernel log reports one.",
            source: "\(Source.tested): the first access after an eviction fails",
            action: "read dmesg; look at the network and the servers"),
        MountFindingKind(
            "unanswered", .unknown, .unknown,
            "The check's own time was over before the mount had its 10 s: a --timeout that is too short, or a node too busy.",
            source: Source.fleet, action: "check again with a longer --timeout"),
        MountFindingKind(
            "denied", .unknown, .unknown, "The caller may not look at the mount point.",
            source: Source.fleet, action: "check as root, or as a user who may"),
        MountFindingKind(
            "no_figures", .unknown, .unknown,
            "Mounted, and it gives no size: so does a Lustre without any of its OSTs.",
            source: Source.fleet, action: "check the file system's servers (OSTs)"),
        MountFindingKind(
            "no_scratch", .unknown, .unknown,
            "There was no room for a temporary file in /dev/shm or /tmp, without which the canary is not tried.",
            source: Source.fleet, action: "free space on the node"),
    ]

    static let space: [MountFindingKind] = [
        MountFindingKind(
            "space", .degraded, .warn, "90 % of the space (a limit) or more are used.",
            source: "other checkers warn at 80 or 85 %", action: "remove or release files"),
        MountFindingKind(
            "full", .degraded, .fail, "98 % of the space (a limit) or more are used.",
            source: "Lustre manual, Handling Full OSTs", action: "remove or release files"),
        MountFindingKind(
            "inodes", .degraded, .warn, "90 % of the inodes (a limit) or more are used.",
            source: "as for space", action: "remove files"),
        MountFindingKind(
            "inodes_full", .degraded, .fail, "98 % of the inodes (a limit) or more are used.",
            source: "as for space", action: "remove files"),
        MountFindingKind(
            "ost_space", .degraded, .warn, "An OST is 90 % full (a limit), by lfs df.",
            source: "Lustre manual, Handling Full OSTs",
            action: "move files off it: lfs find --ost N, lfs migrate"),
        MountFindingKind(
            "ost_full", .degraded, .fail,
            "An OST is 98 % full (a limit): writes to files there fail with no space left, whatever df says.",
            source: "Lustre manual, Handling Full OSTs",
            action: "move files off it: lfs find --ost N, lfs migrate"),
        MountFindingKind(
            "ost_unread", .degraded, .warn, "An OST gave no figures.", source: Source.tested,
            action: "check the file system's servers (OSTs)"),
        MountFindingKind(
            "ost_hung", .degraded, .fail,
            "lfs df does not answer in 10 s while statfs does: an OST is dead.",
            source: Source.tested, action: "check the file system's servers (OSTs)"),
    ]

    static let contents: [MountFindingKind] = [
        MountFindingKind(
            "folder_missing", .degraded, .fail,
            "A folder of --expect is not there, or is no folder.", source: "--expect, mount.expect",
            action: "make it, or look at the file system's data repository associations"),
        MountFindingKind(
            "folder_unreadable", .degraded, .warn,
            "A folder of --expect is there, and its entries could not be read.",
            source: "--expect, mount.expect", action: "look at its mode and owner"),
        MountFindingKind(
            "canary", .degraded, .fail,
            "A trial file could not be created, written to the disks, read back or removed, or came back different.",
            source: "--canary", action: "see the message; check the OST that it names"),
        MountFindingKind(
            "canary_untried", .unknown, .unknown,
            "No trial file was written on some OSTs: the check's time would not have sufficed for an answer, or they gave no figures, or are deactivated.",
            source: "--canary", action: "check again with a longer --timeout"),
        MountFindingKind(
            "canary_denied", .unknown, .unknown,
            "The caller may not create files there, so that writing was not tried.",
            source: "--canary", action: "name a folder that the user may write to: --canary-dir"),
    ]

    static let fleet: [MountFindingKind] = [
        MountFindingKind(
            "odd.source", .ok, .warn, "Another file system is mounted than on most nodes.",
            source: Source.majority, action: "compare the node's /etc/fstab with the others'"),
        MountFindingKind(
            "odd.path", .ok, .warn,
            "Most nodes have this mount in their fstab, and this one has not.",
            source: Source.majority, action: "add the line to /etc/fstab, then fleet mount-lustre"),
        MountFindingKind(
            "odd.client", .ok, .warn, "The Lustre client is of another release than on most nodes.",
            source: Source.majority, action: "bring it to the release of the others"),
        MountFindingKind(
            "slow", .ok, .warn,
            "An operation took 10 times the fleet's median, and 500 ms (a limit) at least; from 5 nodes on.",
            source: "fleet: latencies of healthy nodes differ by less",
            action: "look at the node's network and load"),
    ]

    static let answer: [MountFindingKind] = [
        MountFindingKind(
            "incomplete", .unknown, .unknown, "The node's answer breaks off.",
            source: Source.fleet, action: "check again; read its stderr with --format json")
    ]
}
