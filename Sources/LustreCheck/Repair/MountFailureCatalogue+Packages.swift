extension MountFailureCatalogue {
    /// Messages of the package managers apt, dnf and yum; the first that matches decides.
    static let packages: [MountFailureCause] = [
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
            "index-stale",
            [
                "Unable to locate package", "Couldn't find any package by", "No match for argument",
                "Unable to find a match", "has no installation candidate",
            ],
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
            "other-kernel",
            [
                "nothing provides kernel", "nothing provides ksym(", "nothing provides 'kernel",
                "nothing provides 'ksym(", "Requires: kernel", "Requires: ksym(",
            ],
            unless: ["kernel-devel", "kernel-headers"],
            "the package is for another kernel than the one that runs",
            remedy:
                "boot a kernel that the package supports, or install the package that was made for this one",
            example:
                "Error: Problem: cannot install the best candidate for the job - nothing provides kernel(vfs_fsync) = 0x4a2b90c1 needed by kmod-lustre-client-2.15.5-1.el9.x86_64 from lustre (exit 1)"
        ),
        MountFailureCause(
            "dependencies-dnf",
            [
                "nothing provides", "Requires: ", "conflicting requests",
                "none of the providers can be installed", "cannot install the best candidate",
                "cannot install both", "filtered out by", "Protected multilib",
            ],
            "a package that it depends on cannot be had",
            remedy:
                "look at the node's repositories, excludes and version locks: dnf repolist, dnf versionlock list",
            example:
                "Error: Problem: conflicting requests - nothing provides libyaml >= 0.2.5 needed by lustre-client-2.15.5-1.el9.x86_64 from lustre (exit 1)"
        ),
        MountFailureCause(
            "dependencies",
            [
                "unmet dependencies", "Unmet dependencies", "held broken packages",
                "is not installable", "is not going to be installed",
            ],
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
            "key-expired",
            [
                "EXPKEYSIG", "KEYEXPIRED", "EXPSIG", "key is expired", "key has expired",
                "key expired", "Expired on", "certificate is not alive",
            ],
            "the repository's signature cannot be checked: its key has expired",
            remedy: "install the repository's renewed key on the node",
            example:
                "W: GPG error: https://repo.example noble InRelease: The following signatures were invalid: EXPKEYSIG 0123456789ABCDEF Example (exit 100)"
        ),
        MountFailureCause(
            "signature",
            [
                "NO_PUBKEY", "is not signed", "GPG check FAILED", "the signature of",
                "signatures were invalid", "signatures couldn't be verified", "GPG error",
                "signature verification", "signature could not be verified", "BADSIG", "REVKEYSIG",
                "Failed to validate GPG signature", "Missing key", "Public key for",
                "OpenPGP signature", "gpgcheck", "GPG keys listed",
            ],
            "the repository's signature cannot be checked",
            remedy: "install the repository's key on the node",
            example:
                "W: GPG error: https://repo.example focal InRelease: the following signatures couldn't be verified: NO_PUBKEY 0123 (exit 100)"
        ),
        MountFailureCause(
            "no-release",
            [
                "does not have a Release file", "no longer has a Release file",
                "repomd.xml: [Errno 14] HTTPS Error 404", "repomd.xml: [Errno 14] HTTP Error 404",
                "Release 404 Not Found", "Packages 404 Not Found", "Status code: 404",
            ],
            unless: [".rpm "],
            "the repository has nothing for this release of the distribution",
            remedy:
                "correct the release's name in the node's package sources, or ask the repository's keeper for one",
            example:
                "E: The repository 'https://repo.example/ubuntu noble Release' does not have a Release file. (exit 100)"
        ),
        MountFailureCause(
            "clock", ["is not valid yet", "is expired (invalid since"],
            "the package index is of another time than the node's clock",
            remedy: "set the node's clock (chronyc makestep); else the mirror is not kept up",
            example:
                "E: Release file for https://repo.example/InRelease is not valid yet (invalid for another 3h). (exit 100)"
        ),
        MountFailureCause(
            "certificate",
            [
                "ertificate verification failed", "SSL certificate problem",
                "certificate has expired", "Certificate is not trusted", "Peer certificate",
            ],
            "the certificate of the package repository cannot be checked",
            remedy: "check the node's clock, its ca-certificates, and any proxy between",
            example:
                "E: Failed to fetch https://repo.example/InRelease Certificate verification failed: The certificate is NOT trusted. (exit 100)"
        ),
        MountFailureCause(
            "repository-refuses",
            [
                "401 Unauthorized", "403 Forbidden", "407 Proxy", "Status code: 401",
                "Status code: 403", "HTTPS Error 401", "HTTPS Error 403", "HTTP Error 401",
                "HTTP Error 403", "HTTP Error 407", "HTTPS Error 407",
            ],
            "the package repository refuses this node",
            remedy: "check the node's rights at the repository: credentials, proxy, bucket policy",
            example:
                "E: Failed to fetch https://repo.example/InRelease 403 Forbidden (exit 100)"
        ),
        MountFailureCause(
            "file-gone",
            ["404 Not Found", "HTTP Error 404", "HTTPS Error 404", "Status code: 404"],
            "the package index is older than the repository: a file that it names is gone",
            remedy:
                "update the package index (apt-get update, dnf makecache), then mount-lustre again",
            example:
                "E: Failed to fetch https://repo.example/pool/l/lustre/lustre-client_2.15.5_amd64.deb 404 Not Found (exit 100)"
        ),
        MountFailureCause(
            "mirror",
            [
                "Failed to fetch", "ailed to download", "Cannot download",
                "Cannot retrieve", "Could not connect to", "Could not resolve host",
                "Temporary failure resolving", "Could not resolve", "Cannot find a valid baseurl",
                "Curl error",
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
}
