import Verdicts

extension MountFindingCatalogue {
    static let servers: [MountFindingKind] = [
        MountFindingKind(
            "mdt_disconnected", .hung, .fail,
            "The client has no connection to a metadata target (recovery in progress: unknown). The mount is not touched.",
            source: Source.tested, action: "check the file system's servers, and TCP 988 to them"),
        MountFindingKind(
            "ost_disconnected", .degraded, .fail,
            "The client has no connection to an object target (recovery in progress: unknown): files there cannot be read. The mount is not touched.",
            source: Source.tested, action: "check the file system's servers, and TCP 988 to them"),
        MountFindingKind(
            "ost_inactive", .degraded, .warn,
            "An object target was deactivated on this client: files there give errors.",
            source: "Lustre, lctl get_param lov.*.target_obd",
            action: "activate it: lctl set_param osc.NAME-osc-*.active=1"),
        MountFindingKind(
            "evicted", .ok, .warn,
            "A server threw this client out within the last 24 hours (a limit), since the file system was mounted: programs got input/output errors. The kernel log counts only where the client's own states cannot be read.",
            source: Source.tested, action: "look at the network and the servers at that time"),
    ]

    static let kernel: [MountFindingKind] = [
        MountFindingKind(
            "connection_lost", .degraded, .fail,
            "The kernel log says that a connection was lost, and not that it came back; nothing better could be read. The mount is not touched. Where others came back later: unknown, since the kernel prints few of such lines.",
            source: Source.log, action: "check the file system's servers and the network"),
        MountFindingKind(
            "timeouts", .ok, .warn,
            "Requests to the servers ended with -110, timed out, within the last 24 hours (the limit of mount.evicted), since the file system was mounted; what a mount that failed said does not count.",
            source: Source.log, action: "look at the network and the servers at that time"),
        MountFindingKind(
            "lbug", .hung, .fail,
            "The client met a bug and stopped (LBUG, ASSERTION) since the node booted. The mount is not touched.",
            source: Source.log, action: "drain the node and reboot it"),
        MountFindingKind(
            "stuck_tasks", .hung, .fail,
            "Tasks have waited in Lustre's or NFS's code for 5 s at least, and the servers are not known to be connected: the mount is not touched (connected and answering: warn).",
            source: "\(Source.tested): such tasks show as D or I and survive KILL",
            action: "check the servers; if only this node has them, drain and reboot it"),
    ]
}
