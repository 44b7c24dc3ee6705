import Verdicts

/// Every kind of finding of check-mount, in the order in which the check goes.
package enum MountFindingCatalogue {
    /// A rung of the ladder, with its kinds.
    package struct Rung: Hashable, Sendable {
        /// Its title.
        package var title: String
        /// Its kinds.
        package var kinds: [MountFindingKind]
    }

    /// The rungs, cheapest first.
    package static let rungs = [
        Rung(title: "The mount table", kinds: table),
        Rung(title: "The client module", kinds: client),
        Rung(title: "The servers", kinds: servers),
        Rung(title: "The kernel log and waiting tasks", kinds: kernel),
        Rung(title: "The first touch", kinds: touch), Rung(title: "Space", kinds: space),
        Rung(title: "Folders and the canary", kinds: contents),
        Rung(title: "The fleet", kinds: fleet), Rung(title: "The answer", kinds: answer),
    ]

    /// Every kind.
    package static let all = rungs.flatMap(\.kinds)

    /// The kind with this code; nil for a code that check-mount does not have.
    package static func kind(of code: String) -> MountFindingKind? { byCode[code] }

    /// Every kind in the form that all checks share, without the state of the mount.
    static let kinds: [FindingKind] = all.map { kind in
        FindingKind(
            kind.code, kind.severity, kind.meaning, source: kind.source, action: kind.action)
    }

    /// The codes of findings that say that a mount could not be checked.
    static let blinding: Set<String> = [
        "mount.not_mounted", "mount.automount_armed", "mount.no_module", "mount.no_fstab",
        "mount.wrong_type", "mount.wrong_source", "mount.hung", "mount.stale",
    ]

    private static let byCode = Dictionary(
        all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    /// The sources of rules.
    package enum Source {
        static let table = "the kernel's mount table, /proc/self/mountinfo, last entry at the path"
        static let tested = "seen on a Lustre 2.17 with a server or the network gone"
        static let log = "the messages of Lustre's and NFS's client in the kernel log"
        static let fleet = "fleet: what could not be read is never ok"
        static let majority = "fleet: the majority of the same partition, from 3 nodes on"
    }
}
