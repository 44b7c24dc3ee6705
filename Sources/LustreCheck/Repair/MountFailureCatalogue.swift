/// Every known cause of a failed step, for the rows and the documentation; the most telling text decides, so order counts.
package enum MountFailureCatalogue {
    /// All of them.
    package static let all: [MountFailureCause] = module + node + packages + mount

    /// The cause of a failed step; nil where the message is not known.
    package static func cause(of message: String, in step: String) -> MountFailureCause? {
        all.first { $0.explains(message, of: step) }
    }

    /// What to do about a failed step whose message is not known.
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

    private static let module: [MountFailureCause] = [
        MountFailureCause(
            "secure-boot", ["Key was rejected by service", "Required key not available"],
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
            "dkms", ["DKMS has not built its lustre module"],
            "the DKMS module was not built for the running kernel",
            remedy:
                "run 'dkms autoinstall' on the node (it needs the kernel's headers), then mount-lustre again",
            example:
                "no package lustre-client-modules-6.8.0-1043-aws in the repositories, and DKMS has not built its lustre module for kernel 6.8.0-1043-aws"
        ),
    ]

    private static let packages: [MountFailureCause] = [
        MountFailureCause(
            "no-package-at-all", ["in the repositories; there is one for: no kernel"],
            "the client's repository is not among the node's package sources, or is empty",
            remedy: "add the file system's client repository to the node's package sources",
            example:
                "no package lustre-client-modules-6.8.0-1043-aws in the repositories; there is one for: no kernel"
        ),
        MountFailureCause(
            "no-package", ["in the repositories; there is one for:"],
            "its kernel is newer than the packages",
            remedy:
                "boot a kernel that has a package: fleet mount-lustre --to-kernel KERNEL prints the commands; or wait for the package",
            example:
                "no package lustre-client-modules-6.8.0-1043-aws in the repositories; there is one for: 6.8.0-1035-aws 6.8.0-1039-aws"
        ),
        MountFailureCause(
            "no-module-inside", ["holds no module for kernel"],
            "the package was made for other kernels",
            remedy: "boot a kernel that the package supports, or install a module for this one",
            example:
                "kmod-lustre-client is installed, but holds no module for kernel 5.14.0-427.el9.x86_64"
        ),
        MountFailureCause(
            "index-stale", ["Unable to locate package", "Couldn't find any package by"],
            "the package index is old, or there is no package for this kernel yet",
            remedy: "check the node's package sources, then mount-lustre again",
            example: "E: Unable to locate package lustre-client-modules-6.8.0-1043-aws (exit 100)"),
        MountFailureCause(
            "dpkg-interrupted", ["dpkg was interrupted"],
            "an earlier installation was cut off",
            remedy:
                "fleet mount-lustre --repair-dpkg; or run 'dpkg --configure -a' on the node, then mount-lustre again",
            example:
                "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. (exit 100)"
        ),
        MountFailureCause(
            "package-lock",
            [
                "Could not get lock", "Unable to acquire the dpkg frontend lock",
                "Unable to lock", "Another app is currently holding the yum lock",
                "Waiting for process with pid",
            ],
            "another package manager is at work on the node",
            remedy: "wait for it to end, then mount-lustre again",
            example:
                "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr) (exit 100)"
        ),
        MountFailureCause(
            "refused", ["refused: installing"],
            "the installation would do more than bring the module",
            remedy: "look at the node's packages: apt-get -s install, or dnf --assumeno install",
            example:
                "refused: installing lustre-client-modules-6.8.0-1043-aws would remove other-fs-client"
        ),
        MountFailureCause(
            "dependencies", ["unmet dependencies", "Unmet dependencies", "nothing provides"],
            "a package that it depends on cannot be had",
            remedy: "look at the node's package sources and held packages (apt-mark showhold)",
            example:
                "E: Unable to correct problems, you have held broken packages. unmet dependencies"
        ),
        MountFailureCause(
            "damaged", ["Hash Sum mismatch", "arrived damaged"],
            "what was fetched is not what the package index promises",
            remedy: "mount-lustre again; if it persists, look at the mirror or the shared folder",
            example: "E: Failed to fetch file:/srv/repo/x.deb Hash Sum mismatch (exit 100)"),
        MountFailureCause(
            "signature", ["NO_PUBKEY", "is not signed", "GPG check FAILED", "the signature of"],
            "the repository's signature cannot be checked",
            remedy: "install the repository's key on the node",
            example:
                "W: GPG error: https://repo.example focal InRelease: the following signatures couldn't be verified: NO_PUBKEY 0123 (exit 100)"
        ),
        MountFailureCause(
            "mirror",
            [
                "Failed to fetch", "Failed to download metadata", "Cannot download",
                "Cannot retrieve", "Could not connect to", "Could not resolve host",
                "Temporary failure resolving",
            ],
            "the package repository cannot be reached",
            remedy: "check the node's network and package sources",
            example:
                "E: Failed to fetch https://repo.example/InRelease Could not connect to repo.example:443 (exit 100)"
        ),
        MountFailureCause(
            "package-script",
            ["installation script subprocess", "Sub-process /usr/bin/dpkg returned an error"],
            "a script of the package failed",
            remedy: "see /var/log/apt/term.log on the node",
            example:
                "dpkg: error processing package lustre-client-modules-6.8.0-1043-aws (--configure): installed post-installation script subprocess returned error exit status 1 (exit 100)"
        ),
        MountFailureCause(
            "fetch-folder",
            ["root does not install from there", "--fetch-dir must be", "cannot write in"],
            in: ["package-fetch"],
            "the folder for --fetch-once does not serve",
            remedy:
                "give --fetch-dir a folder that all nodes share, where root of the nodes may write and others may not",
            example: "cannot write in /home/admin/.fleet/packages: Permission denied"),
    ]

    private static let mount: [MountFailureCause] = [
        MountFailureCause(
            "wrong-name", ["Is the MGS specification correct?"],
            "the server knows no file system of that name",
            remedy: "compare the source in /etc/fstab with the file system's mount name",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: No such file or directory Is the MGS specification correct? Is the filesystem name correct? (exit 2)"
        ),
        MountFailureCause(
            "port-refused", ["port 988 refuses"],
            "a machine answers there, and no Lustre server does",
            remedy: "check the address in the source, and that the file system is up",
            example: "mount did not return within 200 s; 10.0.0.1 port 988 refuses"),
        MountFailureCause(
            "port-closed", ["port 988 does not answer"],
            "the server cannot be reached: packets to port 988 are lost",
            remedy:
                "open TCP 988 and 1018-1023 between node and file system (security groups, both ways); check routes, and that it is up",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Connection timed out (exit 110); 10.0.0.1 port 988 does not answer"
        ),
        MountFailureCause(
            "timeout", ["Connection timed out"], "the server cannot be reached",
            remedy:
                "open TCP 988 and 1018-1023 between node and file system; check that it is up",
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
            "dns",
            [
                "Can't parse NID", "Unsupported NID", "does not resolve on this node",
            ],
            "the server's name does not resolve",
            remedy: "check the source's name and DNS",
            example: "Can't parse NID 'fs.example@tcp' (exit 22)"),
        MountFailureCause(
            "option", ["Unknown option", "This may have multiple causes"],
            "the client does not know a mount option",
            remedy: "see dmesg for the option, and correct /etc/fstab or --options",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Invalid argument This may have multiple causes. Are the mount options correct? Check the syslog for more info. (exit 22)"
        ),
        MountFailureCause(
            "no-helper", ["wrong fs type, bad option", "mount.lustre is not on this node"],
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
                "Transport endpoint is not connected",
            ],
            "the connection to the servers was given up",
            remedy: "check the servers and the network; if only this node has it, reboot it",
            example:
                "mount.lustre: mount 10.0.0.1@tcp:/fs at /lustre failed: Cannot send after transport endpoint shutdown (exit 108)"
        ),
        MountFailureCause(
            "network-down", ["etwork is down"], in: ["lnet", "mount"],
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

    private static let node: [MountFailureCause] = [
        MountFailureCause(
            "disk-full", ["No space left on device", "MiB are free in"],
            "the node's disk is full",
            remedy: "free space on the node, then mount-lustre again",
            example:
                "only 12 MiB are free in /lib/modules, and lustre-client-modules-6.8.0-1043-aws needs 160"
        ),
        MountFailureCause(
            "read-only", ["Read-only file system"],
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
