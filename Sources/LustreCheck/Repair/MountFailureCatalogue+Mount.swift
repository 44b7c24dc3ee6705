extension MountFailureCatalogue {
    /// Messages of mount.lustre, mount(8), systemd and the kernel about a mount; the first that matches decides.
    static let mount: [MountFailureCause] = [
        MountFailureCause(
            "wrong-name", ["Is the MGS specification correct?"],
            "the server knows no file system of that name",
            remedy: "compare the source in /etc/fstab with the file system's mount name",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: No such file or directory Is the MGS specification correct? Is the filesystem name correct? (exit 2)"
        ),
        MountFailureCause(
            "configuration",
            [
                "-client failed from MGS -22", "-client failed from MGS -2 ",
                "-client failed from MGS -2.", "-client' failed (-22)", "-client' failed (-2)",
            ],
            in: ["mount"],
            "the server has no configuration of a file system of that name",
            remedy: "compare the source in /etc/fstab with the file system's mount name",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Invalid argument This may have multiple causes. (exit 22); the kernel says: LustreError: 15c-8: MGC10.0.0.1@tcp: Confguration from log fs-client failed from MGS -22. Communication error between node & MGS"
        ),
        MountFailureCause(
            "option",
            [
                "Unknown option", "nknown mount option", "nrecognized mount option",
                "nknown parameter",
            ],
            in: ["mount"],
            "the client does not know a mount option",
            remedy: "see dmesg for the option, and correct /etc/fstab or --options",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Invalid argument This may have multiple causes. (exit 22); the kernel says: LustreError: 2301:0:(llite_lib.c:1034:ll_options()) Unknown option 'flok', won't mount."
        ),
        MountFailureCause(
            "ipv6", ["an IPv6 NID needs"], in: ["mount"],
            "the client's release does not know IPv6 addresses",
            remedy: "install a client of release 2.16 or later, or name the server's IPv4 address",
            example:
                "Can't parse NID 'fd00::5@tcp' (exit 22); an IPv6 NID needs a client of release 2.16"
        ),
        MountFailureCause(
            "dns",
            [
                "Can't parse NID", "Unsupported NID", "Cannot resolve hostname",
                "does not resolve on this node",
            ],
            "the server's name does not resolve",
            remedy: "check the source's name and DNS",
            example: "Can't parse NID 'fs.example@tcp' (exit 22)"),
        MountFailureCause(
            "lnet-route", ["o route to #"], in: ["mount"],
            "LNet has no way to the server's network",
            remedy:
                "compare the source's network with 'lnetctl net show' on the node, and its routes with 'lnetctl route show'",
            example:
                "mount.lustre: mount 10.0.0.1@o2ib:/fs at /lustre failed: Input/output error Is the MGS running? (exit 5); the kernel says: LNetError: 2301:0:(lib-move.c:2127:lnet_handle_find_routed_path()) No route to 10.0.0.1@o2ib from <?>"
        ),
        MountFailureCause(
            "port-refused", ["port # refuses"], unless: ["port # answers"],
            "a machine answers there, and no Lustre server does",
            remedy: "check the address in the source, and that the file system is up",
            example: "mount did not return within 200 s; 10.0.0.1 port 988 refuses"),
        MountFailureCause(
            "port-closed", ["port # does not answer"], unless: ["port # answers"],
            "the server cannot be reached: packets to port PORT are lost",
            remedy:
                "open TCP PORT and 1018-1023 between node and file system (security groups, both ways); check routes, and that it is up",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Connection timed out (exit 110); 10.0.0.1 port 988 does not answer"
        ),
        MountFailureCause(
            "no-route",
            [
                "failed: No route to host", "failed: Network is unreachable",
                "failed: Host is down", "(exit 113)", "(exit 101)", "(exit 112)",
                "ExecMainStatus=113 ", "ExecMainStatus=101 ",
            ],
            in: ["mount"],
            "there is no route to the server, or a firewall rejects what goes there",
            remedy:
                "see 'ip route get ADDRESS' on the node, and the firewalls up to the server (TCP PORT); check that it is up",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: No route to host (exit 113)"
        ),
        MountFailureCause(
            "port-unreachable", ["port # cannot be reached"], unless: ["port # answers"],
            in: ["mount"],
            "the node does not reach the server: no route, or a firewall rejects",
            remedy:
                "see 'ip route get ADDRESS' on the node, and the firewalls up to the server (TCP PORT); check that it is up",
            example:
                "mount did not return within 200 s; 10.0.0.1 port 988 cannot be reached: No route to host"
        ),
        MountFailureCause(
            "timeout", ["Connection timed out"], "the server cannot be reached",
            remedy:
                "open TCP PORT and 1018-1023 between node and file system; check that it is up",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Connection timed out (exit 110)"
        ),
        MountFailureCause(
            "mgs", ["Is the MGS running?"],
            "the server refused, or an incompatible client release",
            remedy:
                "compare the client's release with the server's; see dmesg, and 'lctl list_nids' on the node",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Input/output error Is the MGS running? (exit 5)"
        ),
        MountFailureCause(
            "no-helper",
            [
                "wrong fs type, bad option", "unknown filesystem type 'lustre'",
                "mount.lustre is not on this node",
            ],
            "mount.lustre is not installed",
            remedy: "install the Lustre client utilities (lustre-client-utils, lustre-client)",
            example:
                "mount: /lustre: wrong fs type, bad option, bad superblock on 10.0.0.1@tcp:/fs, missing codepage or helper program, or other error. (exit 32)"
        ),
        MountFailureCause(
            "no-directory",
            ["cannot resolve: No such file or directory", "mount point does not exist"],
            "the mount point is not there",
            remedy: "see who removes it: mount-lustre makes it before it mounts",
            example:
                "mount.lustre: warning: /lustre: cannot resolve: No such file or directory (exit 2)"
        ),
        MountFailureCause(
            "link", ["is a link, or lies below one"], in: ["directory"],
            "the kernel's mount table would have another path",
            remedy: "name the folder itself in /etc/fstab, or with --mount-point",
            example: "/lustre is a link, or lies below one: it is /data/lustre"),
        MountFailureCause(
            "directory-hangs", ["a look at /"], in: ["directory"],
            "what lies above the mount point does not answer",
            remedy: "see which mount it lies below: fleet check-mount --path FOLDER --type any",
            example: "a look at /data/lustre did not end within 10 s"),
        MountFailureCause(
            "stale-mtab", ["is already mounted on"],
            "/etc/mtab is a file that tells of a mount which is gone",
            remedy: "make /etc/mtab a link to /proc/self/mounts",
            example:
                "mount.lustre: according to /etc/mtab 10.0.0.1@tcp:/fs is already mounted on /lustre (exit 17)"
        ),
        MountFailureCause(
            "not-in-fstab", ["can't find in /etc/fstab"],
            "fstab has no line for it",
            remedy:
                "give it: fleet mount-lustre --source NID:/FSNAME --persist, or --from-head",
            example: "mount: /lustre: can't find in /etc/fstab. (exit 1)"),
        MountFailureCause(
            "shut-down",
            [
                "Cannot send after transport endpoint shutdown",
                "Transport endpoint is not connected", "failed: Connection reset by peer",
            ],
            "the connection to the servers was given up",
            remedy: "check the servers and the network; if only this node has it, reboot it",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Cannot send after transport endpoint shutdown (exit 108)"
        ),
        MountFailureCause(
            "network-down", ["etwork is down", "failed: Cannot assign requested address"],
            in: ["lnet", "mount"],
            "LNet has no network interface",
            remedy: "see 'lnetctl net show' and the node's options for the module lnet",
            example: "LNET configure error 100: Network is down (exit 100)"),
        MountFailureCause(
            "silent", ["did not return within"], in: ["mount"],
            "the servers do not answer",
            remedy:
                "check the file system's servers and the network; see dmesg on the node",
            example: "mount did not return within 200 s"),
        MountFailureCause(
            "no-trigger", ["No such device"], in: ["mount"],
            "the kernel does not know Lustre, or the automount behind it failed",
            remedy: "see 'systemctl status lustre.mount' and dmesg on the node",
            example: "ls: cannot open directory '/lustre': No such device"),
        MountFailureCause(
            "input-output", ["Input/output error"], in: ["mount"],
            "the server refused, or the client was evicted",
            remedy: "see dmesg on the node; mount-lustre again",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Input/output error (exit 5)"
        ),
    ]

    /// Errors for which mount.lustre has no text of its own: its exit code is the kernel's error number.
    static let errors: [MountFailureCause] = [
        MountFailureCause(
            "refused-client",
            [
                "failed: Permission denied", "failed: Operation not permitted", "(exit 13)",
                "ExecMainStatus=13 ",
            ],
            in: ["mount"],
            "the server refuses this client: its nodemap, its sepol, or a shared key (SSK)",
            remedy:
                "see on the server how the node is mapped (lctl nodemap_info), and the client's sepol and skpath= option",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Permission denied (exit 13)"
        ),
        MountFailureCause(
            "connection-refused",
            ["failed: Connection refused", "(exit 111)", "ExecMainStatus=111 "], in: ["mount"],
            "the server refuses connections",
            remedy: "check the address in the source, and that the file system is up",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Connection refused (exit 111)"
        ),
        MountFailureCause(
            "busy", ["failed: Device or resource busy"], in: ["mount"],
            "an earlier mount of it is still being taken down, or the mount point is in use",
            remedy:
                "wait a minute, then mount-lustre again; see who uses it (fuser -vm), else reboot the node",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Device or resource busy (exit 16)"
        ),
        MountFailureCause(
            "stale-client",
            [
                "failed: File exists", "failed: Stale file handle", "(exit 17)",
                "ExecMainStatus=17 ",
            ],
            in: ["mount"],
            "a stale client device, or the same file system name of another MGS, is still there",
            remedy: "see 'lctl dl' on the node; unmount the other one, or reboot the node",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: File exists (exit 17)"),
        MountFailureCause(
            "name-too-long", ["failed: File name too long", "(exit 36)", "ExecMainStatus=36 "],
            in: ["mount"],
            "the file system's name is too long: Lustre takes 8 characters",
            remedy: "correct the name in /etc/fstab or --source",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/datafilesys at /lustre failed: File name too long (exit 36)"
        ),
        MountFailureCause(
            "in-progress",
            [
                "failed: Operation already in progress", "failed: Operation now in progress",
                "target service is already running", "(exit 114)", "ExecMainStatus=114 ",
            ],
            in: ["mount"],
            "another mount or unmount of it is under way",
            remedy:
                "wait for it to end, then mount-lustre again; if it stays, see dmesg, and reboot the node",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Operation already in progress (exit 114)"
        ),
        MountFailureCause(
            "key",
            [
                "failed: Required key not available", "failed: Key has expired",
                "failed: Key has been revoked", "failed: Key was rejected by service",
                "(exit 126)", "(exit 127)", "(exit 128)", "(exit 129)", "ExecMainStatus=126 ",
                "ExecMainStatus=127 ", "ExecMainStatus=128 ", "ExecMainStatus=129 ",
            ],
            in: ["mount"],
            "the key that the server asks for (SSK, Kerberos) is not there, or not valid",
            remedy:
                "load it: skpath= in the mount options, or lgss_sk -l; for Kerberos see the ticket",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Required key not available (exit 126)"
        ),
        MountFailureCause(
            "release",
            [
                "failed: Protocol error", "failed: Protocol not supported",
                "failed: Operation not supported", "compatible versions",
            ],
            in: ["mount"],
            "the releases of client and server do not go together",
            remedy: "compare the client's release with the server's; see dmesg on the node",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Protocol error (exit 71)"),
        MountFailureCause(
            "server-read-only", ["failed: Read-only file system"], in: ["mount"],
            "the server lets this client mount it read-only alone",
            remedy: "mount it with the option ro, or change the node's nodemap on the server",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Read-only file system (exit 30)"
        ),
        MountFailureCause(
            "no-folder", ["failed: Not a directory", "(exit 20)"], in: ["mount"],
            "the folder in the source, or the mount point, is no folder",
            remedy: "correct the source or the mount point in /etc/fstab",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs/file at /lustre failed: Not a directory (exit 20)"
        ),
        MountFailureCause(
            "not-ready",
            [
                "failed: Resource temporarily unavailable", "failed: Interrupted system call",
                "needs at least 1 OST",
            ],
            in: ["mount"],
            "the file system's servers are not ready yet",
            remedy: "check that all targets are mounted and recovered, then mount-lustre again",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Resource temporarily unavailable (exit 11)"
        ),
    ]
}
