import Testing

/// A state in which a node's mount can be, and what check-mount has to say about it.
struct MountState: Sendable, CustomStringConvertible {
    /// A scenario of the demo cluster.
    var scenario: String
    /// The row's verdict.
    var verdict: String
    /// The mount's state, one word.
    var state: String
    /// The code of the first finding.
    var code: String
    /// What its message must hold.
    var says: [String]

    init(
        _ scenario: String, _ verdict: String, _ state: String, _ code: String, _ says: String...
    ) {
        self.scenario = scenario
        self.verdict = verdict
        self.state = state
        self.code = code
        self.says = says
    }

    var description: String { scenario }

    static let all = [
        MountState("lustre-unmounted", "fail", "not-mounted", "mount.not_mounted", "not mounted"),
        MountState(
            "lustre-module", "fail", "not-mounted", "mount.no_module", "6.8.0-1043-aws"),
        MountState("lustre-no-fstab", "fail", "not-mounted", "mount.no_fstab", "/etc/fstab"),
        MountState(
            "lustre-wrong-source", "fail", "wrong-source", "mount.wrong_source",
            "10.1.30.99@tcp:/other is mounted, expected 10.1.30.23@tcp:/czrc3amv"),
        MountState("lustre-dead", "fail", "hung", "mount.hung", "does not answer (10 s)"),
        MountState(
            "lustre-disconnected", "fail", "degraded", "mount.ost_disconnected",
            "czrc3amv-OST0001 is not connected", "DISCONN"),
        MountState(
            "lustre-ost-full", "fail", "degraded", "mount.ost_full", "OST0001 is 100 % full"),
        MountState(
            "lustre-ost-hang", "fail", "degraded", "mount.ost_hung", "lfs df does not answer (10 s)"
        ),
        MountState(
            "lustre-read-only", "warn", "degraded", "mount.read_only", "mounted read-only"),
        MountState(
            "lustre-next-boot", "warn", "ok", "mount.next_boot",
            "the next boot brings kernel 6.8.0-1051-aws"),
        MountState(
            "lustre-evicted", "warn", "ok", "mount.evicted", "evicted once", "10 min ago",
            "This client was evicted by czrc3amv-OST0001"),
    ]

    /// Behind an automount trigger, which mountpoint(1) calls mounted.
    static let automounts = [
        MountState(
            "lustre-armed", "fail", "not-mounted", "mount.automount_armed",
            "automount armed, nothing mounted behind it"),
        MountState(
            "lustre-automount", "fail", "not-mounted", "mount.automount_armed",
            "automount armed", "exit 19", "no Lustre client module"),
        MountState(
            "lustre-automount-hang", "fail", "not-mounted", "mount.automount_armed",
            "automount armed"),
    ]

    /// Whether the row and its facts tell of this state.
    func expect(in node: RunDocument.Node?, _ facts: MountDocument.Facts?) {
        #expect(node?.verdict == verdict, "\(self): \(node?.findings ?? [])")
        #expect(facts?.state == state, "\(self)")
        guard let finding = node?.findings.first else {
            Issue.record("\(self): no finding")
            return
        }
        #expect(finding.code == code, "\(self): \(finding.message)")
        for text in says {
            #expect(finding.message.contains(text), "\(self): \(finding.message)")
        }
        #expect(finding.remedy?.isEmpty == false, "\(self)")
    }
}
