/// The failures that have been met, with the words of the tools; ordered as a repair goes.
extension MountFault {
    static let all = packages + modules + places + mounts

    private static let step = "mount.step.module-package"

    static let packages = [
        MountFault(
            "lustre-no-package", step,
            [
                "no package lustre-client-modules-6.8.0-1043-aws", "6.8.0-1039-aws",
                "kernel is newer than the packages",
            ], remedy: "--to-kernel 6.8.0-1039-aws"),
        MountFault(
            "lustre-mirror-down", "mount.step.package-index",
            ["Failed to fetch", "Connection refused", "repository cannot be reached"],
            remedy: "package sources"),
        MountFault(
            "lustre-removes", step,
            [
                "refused: installing lustre-client-modules-6.8.0-1043-aws would remove lustre-client-modules-6.8.0-1039-aws"
            ], remedy: "apt-get -s install"),
        MountFault(
            "lustre-kernel", step,
            ["refused", "would bring linux-image-6.8.0-1051-aws"], remedy: "apt-get -s install"),
        MountFault(
            "lustre-postinst", step,
            [
                "post-installation script subprocess returned error exit status 1",
                "script of the package",
            ],
            remedy: "/var/log/apt/term.log"),
        MountFault(
            "lustre-disk-full", "mount.step.disk-space",
            ["0 MiB are free in /lib/modules", "disk is full"], remedy: "free space"),
        MountFault(
            "lustre-dpkg-interrupted", "mount.step.package-repair",
            ["dpkg was interrupted", "fleet-demo-interrupting"], remedy: "--repair-dpkg"),
    ]

    static let modules = [
        module(
            "unloadable", ["Key was rejected by service", "Secure Boot"], remedy: "signed module"),
        module("no-key", ["Required key not available", "Secure Boot"], remedy: "signed module"),
        module("lockdown", ["Operation not permitted", "locked down"], remedy: "lockdown"),
        module("format", ["Invalid module format", "another kernel"], remedy: "dmesg"),
        module("symbols", ["Unknown symbol in module", "mixed"], remedy: "one release"),
        MountFault(
            "lustre-unregistered", "mount.step.filesystem",
            ["the kernel does not know the file system lustre"], remedy: "dmesg"),
    ]

    static let places = [
        MountFault(
            "lustre-hidden-files", "mount.step.directory",
            ["/lustre is not mounted and holds files"], remedy: "--force"),
        MountFault(
            "lustre-no-fstab", "mount.step.fstab", ["no lustre line in /etc/fstab"],
            remedy: "--from-head"),
        MountFault(
            "lustre-wrong-source", "mount.step.mount-table",
            ["10.1.30.99@tcp:/other is mounted at /lustre", "10.1.30.23@tcp:/czrc3amv"],
            remedy: "fleet never unmounts"),
        MountFault("lustre-dead", "mount.hung", ["does not answer (10 s)"], remedy: "servers"),
        MountFault(
            "lustre-no-dns", "mount.step.name", ["fs-0.invalid", "does not resolve"],
            remedy: "DNS"),
    ]

    static let mounts = [
        mount(
            "noent",
            ["Is the MGS specification correct?", "(exit 2)", "no file system of that name"],
            remedy: "mount name"),
        mount("option", ["This may have multiple causes", "(exit 22)", "option"], remedy: "dmesg"),
        mount("nid", ["Can't parse NID", "(exit 22)", "does not resolve"], remedy: "DNS"),
        mount("already", ["is already mounted on /lustre", "(exit 17)"], remedy: "/etc/mtab"),
        mount("wrong-type", ["wrong fs type", "(exit 32)"], remedy: "client utilities"),
        MountFault(
            "lustre-refused", "mount.step.mount",
            ["Connection timed out", "(exit 110)", "127.30.0.1 port 988 refuses"],
            remedy: "check the address"),
        MountFault(
            "lustre-firewall", "mount.step.mount",
            ["Connection timed out", "(exit 110)", "port 988 does not answer"],
            remedy: "TCP 988 and 1018-1023"),
        MountFault(
            "lustre-incompatible", "mount.step.mount",
            ["Input/output error", "Is the MGS running?", "(exit 5)", "port 988 answers"],
            remedy: "client's release"),
    ]
}
