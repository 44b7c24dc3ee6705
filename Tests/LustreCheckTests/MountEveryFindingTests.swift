import FanOut
import LustreCheck
import SlurmModel
import Testing
import Verdicts

/// Of every finding in the catalogue: a mount that has it at its full weight, and the nearest one that has not.
@Suite("Every mount finding has an answer that raises it, and one that just does not")
struct MountEveryFindingTests {
    /// What two answers that differ in one thing lead to.
    struct Pair {
        var raised: [Finding]
        var spared: [Finding]
    }

    private static func pair(
        _ bad: LustreAnswer, _ good: LustreAnswer = LustreAnswer(),
        with settings: LustreSettings = LustreSettings()
    ) -> Pair {
        Pair(raised: bad.checked(settings).findings, spared: good.checked(settings).findings)
    }

    /// The odd node among as many usual ones as a comparison needs, and among one fewer.
    private static func odd(_ answer: LustreAnswer, among usual: LustreAnswer, of need: Int) -> Pair
    {
        func findings(_ count: Int) -> [Finding] {
            let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30)
            let rows = (Array(repeating: usual, count: count) + [answer]).enumerated().map {
                NodeReport(
                    result: NodeResult(
                        node: "n\($0)", outcome: .finished, exit: .exited(0),
                        stdout: Array($1.text.utf8)),
                    node: Node(name: "n\($0)", partitions: ["gpu"]), probe: probe)
            }
            return probe.review(rows).last?.judgement?.findings ?? []
        }
        return Pair(raised: findings(need - 1), spared: findings(need - 2))
    }

    private static let healthy = LustreAnswer()
    private static let untouched = LustreAnswer().with("statfs", nil).adding("untouched=lost")
    private static let target = "czrc3amv-OST0001"

    private static func event(_ kind: String, at seconds: Int) -> LustreAnswer {
        healthy.telling("event=\(kind) 1 \(seconds).0 \(target)-osc-ff [\(seconds).0] Lustre: x")
    }

    private static let nfs = healthy.with("types", "nfs4").with("fstab_type", "nfs4")
        .with("mount_type", "nfs4")

    // MARK: The pairs

    private static let table: [String: Pair] = [
        "not_mounted": pair(.unmounted),
        "automount_armed": pair(
            healthy.with("mount_type", "autofs"),
            healthy.with("mount_type", "autofs").with("types", "autofs")),
        "no_module": pair(
            .unmounted.with("module_installed", "no"), .unmounted.with("module_installed", nil)),
        "no_fstab": pair(.unmounted.with("fstab_source", ""), .unmounted),
        "wrong_type": pair(
            healthy.with("mount_type", "nfs4"),
            healthy.with("mount_type", "nfs4").with("types", "any")),
        "wrong_source": pair(
            healthy.with("mount_source", "mgs@tcp:/czrc3amv"),
            healthy.with("mount_source", "mgs@tcp:/czrc3amv").adding("source_matches=yes")),
        "source_unknown": pair(
            healthy.with("mount_source", "mgs@tcp:/czrc3amv").adding("source_matches=unknown"),
            healthy.with("mount_source", "127.0.0.1:/").adding("source_matches=skipped")),
        "read_only": pair(
            healthy.with("mount_options", "ro,flock"),
            healthy.with("mount_options", "ro,flock").with("fstab_options", "flock,ro")),
        "options": pair(
            healthy.with("mount_options", "rw"),
            healthy.with("mount_options", "rw").with("fstab_options", "noatime")),
        "next_boot": pair(
            healthy.with("next_kernel", "6.8.0-1043-aws").with("next_module", "no"),
            healthy.with("next_kernel", "6.8.0-1043-aws").with("next_module", "yes")),
        "unheld": pair(
            healthy.with("automatic_upgrades", "yes"),
            healthy.with("automatic_upgrades", "yes").with("held", "linux-image-aws")),
    ]

    private static let servers: [String: Pair] = [
        "mdt_disconnected": pair(
            untouched.telling("import=czrc3amv-MDT0000 DISCONN 0 - 10.1.30.23@tcp"),
            untouched.telling("import=czrc3amv-MDT0000 IDLE 0 - 10.1.30.23@tcp")),
        "ost_disconnected": pair(
            untouched.telling("import=\(target) DISCONN 0 - 10.1.30.23@tcp"),
            // Another file system's, which is mounted elsewhere.
            untouched.telling("import=czrc3am-OST0001 DISCONN 0 - 10.1.30.23@tcp")),
        "ost_inactive": pair(
            healthy.telling("inactive=\(target)"), healthy.telling("inactive=other-OST0001")),
        // The node is up for 90000.5 s: 24 hours, and half a second more or less.
        "evicted": pair(event("evicted", at: 3601), event("evicted", at: 3600)),
        "timeouts": pair(event("timeout", at: 3601), event("timeout", at: 3600)),
        // A mount that was touched has answered since.
        "connection_lost": pair(
            untouched.telling("event=lost 1 89000.0 \(target)-osc-ff [89000.0] Lustre: lost"),
            event("lost", at: 89_000)),
        "lbug": pair(
            healthy.telling("event=lbug 1 5.0 - [5.0] LustreError: LBUG"),
            nfs.telling("event=lbug 1 5.0 - [5.0] LustreError: LBUG")),
        "stuck_tasks": pair(
            untouched.telling("stuck=lustre 4711 D dd cl_sync_io_wait"),
            untouched.telling("stuck=nfs 4711 D dd nfs_wait_bit")),
    ]

    private static let touch: [String: Pair] = [
        "hung": pair(
            healthy.with("statfs", nil).adding("hung=10 statfs"),
            healthy.with("statfs", nil).adding("unanswered=9 statfs")),
        "unanswered": pair(
            healthy.with("statfs", nil).adding("unanswered=9 statfs"),
            healthy.with("statfs", nil).adding("hung=10 statfs")),
        "stale": pair(
            healthy.adding("statfs_error=stat: Stale file handle"),
            healthy.adding("statfs_error=stat: Permission denied")),
        "denied": pair(
            healthy.adding("statfs_error=stat: Permission denied"),
            healthy.adding("statfs_error=stat: Stale file handle")),
        "second_look": pair(
            healthy.adding("first_error=stat: Input/output error"),
            // The eviction explains it.
            event("evicted", at: 89_000).adding("first_error=stat: Input/output error")),
        "no_figures": pair(
            healthy.with("statfs", "4096 0 0 0 5000 4000 bd00bd0"),
            healthy.with("statfs", "4096 1 1 1 5000 4000 bd00bd0")),
        "no_scratch": pair(healthy.adding("no_scratch=1")),
    ]

    private static func figures(_ free: Int, inodes: Int = 1_000) -> LustreAnswer {
        healthy.with("statfs", "4096 100 \(free) \(free) 1000 \(inodes) bd00bd0")
    }

    private static let space: [String: Pair] = [
        "space": pair(figures(10), figures(11)), "full": pair(figures(2), figures(3)),
        "inodes": pair(figures(90, inodes: 100), figures(90, inodes: 110)),
        "inodes_full": pair(figures(90, inodes: 20), figures(90, inodes: 30)),
        "ost_space": pair(
            healthy.adding("ost=0 1000 900 100"), healthy.adding("ost=0 1000 890 110")),
        "ost_full": pair(healthy.adding("ost=0 1000 980 20"), healthy.adding("ost=0 1000 970 30")),
        "ost_unread": pair(
            healthy.adding("ost_error=\(target)_UUID : Resource temporarily unavailable"),
            healthy.adding("ost=1 1000 100 900")),
        "ost_hung": pair(
            healthy.adding("hung=10 lfs df"), healthy.with("statfs", nil).adding("hung=10 statfs")),
    ]

    private static let contents: [String: Pair] = [
        "folder_missing": pair(
            healthy.adding("folder=data missing"), healthy.adding("folder=data ok 0 10")),
        "folder_unreadable": pair(
            healthy.adding("folder=data unreadable ls: denied"),
            healthy.adding("folder=data file")),
        "canary": pair(
            healthy.adding("canary=0 create Read-only file system"),
            healthy.adding("canary=0 create Permission denied")),
        "canary_denied": pair(
            healthy.adding("canary=0 create Permission denied"),
            healthy.adding("canary=0 write Permission denied")),
        "canary_untried": pair(
            healthy.adding("canary=0 ok 10 20", "canary_untried=1", "canaries_wanted=2"),
            healthy.adding("canary=0 ok 10 20", "canary=1 ok 10 20", "canaries_wanted=2")),
    ]

    private static let elsewhere = healthy.with("mount_source", "10.9.9.9@tcp:/other")
        .with("fstab_source", "10.9.9.9@tcp:/other")
    private static let two = healthy.adding(
        "mount=/scratch", "types=lustre", "fstab_source=\(LustreAnswer.source)",
        "fstab_type=lustre", "mount_type=lustre", "mount_source=\(LustreAnswer.source)",
        "mount_options=rw", "source_matches=yes", "statfs=4096 1000 400 300 5000 4000 bd00bd0")

    private static let fleet: [String: Pair] = [
        "odd.source": odd(elsewhere, among: healthy, of: 3),
        "odd.path": odd(healthy, among: two, of: 3),
        "odd.client": odd(healthy.with("client_version", "2.16.1"), among: healthy, of: 3),
        "slow": odd(healthy.with("took_statfs", "500"), among: healthy, of: 5),
        "incomplete": pair(healthy.with("end", nil)),
    ]

    private static let pairs = [servers, touch, space, contents, fleet].reduce(table) {
        $0.merging($1) { first, _ in first }
    }

    @Test("At its full weight, and not at all", arguments: MountFindingCatalogue.all)
    func found(_ kind: MountFindingKind) throws {
        let name = String(kind.code.dropFirst("mount.".count))
        let pair = try #require(Self.pairs[name], "\(kind.code) needs its pair here")
        let raised = pair.raised.filter { $0.code == kind.code }
        #expect(raised.map(\.severity).max() == kind.severity)
        #expect(raised.allSatisfy { !$0.message.isEmpty && $0.remedy?.isEmpty == false })
        #expect(!pair.spared.contains { $0.code == kind.code }, "\(pair.spared.map(\.text))")
        // The state in the tables is the one that the catalogue promises.
        #expect(MountState(of: raised) == (kind.severity == .info ? .ok : kind.state))
    }

    @Test("No pair is about a finding that there is not")
    func known() {
        let codes = Self.pairs.keys.map { "mount." + $0 }
        #expect(Set(codes) == Set(MountFindingCatalogue.all.map(\.code)))
    }
}
