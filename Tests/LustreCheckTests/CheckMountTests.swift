@testable import FanOut
@testable import LustreCheck
import SlurmModel
import Testing
@testable import Verdicts

@Suite struct CheckMountTests {
    @Test func healthy() {
        let judgement = LustreAnswer().checked()
        #expect(judgement.findings == [])
        #expect(judgement.verdict == .ok)
        #expect(judgement.facts["mounted"] == .bool(true))
        #expect(judgement.facts["state"] == .string("ok"))
        #expect(judgement.facts["kernel"] == .string("6.8.0-1021-aws"))
        #expect(judgement.facts["module_installed"] == .bool(true))
        #expect(
            judgement.mountFacts == [
                "path": .string("/lustre"), "mounted": .bool(true), "state": .string("ok"),
                "source": .string(LustreAnswer.source), "type": .string("lustre"),
                "options": .string("rw,noatime,rw,flock,lazystatfs"),
                "fstab_source": .string(LustreAnswer.source), "size_bytes": .int(4_096_000),
                "used_bytes": .int(2_457_600), "available_bytes": .int(1_228_800),
                "use_percent": .int(67), "inodes": .int(5_000), "inodes_free": .int(4_000),
                "osts": .list([]), "untouched": .null, "canary": .null,
                "latency_ms": .object(["statfs": .int(10)]),
            ])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let answer: LustreAnswer
        let settings: LustreSettings
        let code: String
        let severity: Severity
        let message: String
        var testDescription: String { name }

        init(
            _ name: String, _ answer: LustreAnswer, _ code: String, _ message: String,
            severity: Severity = .fail, settings: LustreSettings = LustreSettings()
        ) {
            (self.name, self.answer, self.code) = (name, answer, code)
            (self.severity, self.message, self.settings) = (severity, message, settings)
        }
    }

    @Test(arguments: [
        Case("unmounted", .unmounted, "not_mounted", "not mounted"),
        Case(
            "no module", .unmounted.with("module_installed", "no"), "no_module",
            "not mounted: no Lustre client module for kernel 6.8.0-1021-aws"),
        Case(
            "no fstab", .unmounted.with("fstab_source", ""), "no_fstab",
            "not mounted, and /etc/fstab has no lustre line for it"),
        // With a source of its own fleet needs no fstab.
        Case(
            "no fstab, source", .unmounted.with("fstab_source", ""), "not_mounted", "not mounted",
            settings: LustreSettings(source: LustreAnswer.source)),
        Case(
            "autofs", LustreAnswer().with("mount_type", "autofs"), "automount_armed",
            "not mounted: automount armed, nothing mounted behind it"),
        Case(
            "autofs, no module",
            LustreAnswer().with("mount_type", "autofs").with("module_installed", "no"),
            "automount_armed",
            "not mounted: automount armed, nothing mounted behind it; "
                + "no Lustre client module for kernel 6.8.0-1021-aws"),
        Case(
            "wrong type", LustreAnswer().with("mount_type", "nfs4"), "wrong_type",
            "\(LustreAnswer.source) of type nfs4 is mounted there, not Lustre"),
        Case(
            "wrong source", LustreAnswer().with("mount_source", "10.9.9.9@tcp:/x"), "wrong_source",
            "10.9.9.9@tcp:/x is mounted, expected \(LustreAnswer.source)"),
        // The flag is stronger than the node's fstab.
        Case(
            "other source asked for", LustreAnswer(), "wrong_source",
            "\(LustreAnswer.source) is mounted, expected 10.9.9.9@tcp:/x",
            settings: LustreSettings(source: "10.9.9.9@tcp:/x")),
        Case(
            "hung", LustreAnswer().with("statfs", nil).with("hung", "10 statfs"), "hung",
            "does not answer (10 s)"),
        Case(
            "stale", LustreAnswer().with("statfs", nil).with("statfs_error", "stat: cannot"),
            "stale", "mounted, but does not work: stat: cannot"),
        Case(
            "no figures", LustreAnswer().with("statfs", nil), "no_figures",
            "mounted, but it gives no size", severity: .unknown),
        Case(
            "read-only", LustreAnswer().with("mount_options", "ro,noatime,flock"), "read_only",
            "mounted read-only, and fstab does not ask for it", severity: .warn),
        Case(
            "no flock", LustreAnswer().with("mount_options", "rw,noatime"), "options",
            "mounted without flock", severity: .warn),
        Case(
            "another kernel next",
            LustreAnswer().with("next_kernel", "6.8.0-1043-aws").with("next_module", "no"),
            "next_boot",
            "the next boot brings kernel 6.8.0-1043-aws, which has no Lustre client module",
            severity: .warn),
        Case(
            "module removed", LustreAnswer().with("module_installed", "no"), "next_boot",
            "the running kernel 6.8.0-1021-aws no longer has a Lustre client module: the mount ends with the next boot",
            severity: .warn),
        Case(
            "nearly full", LustreAnswer().with("statfs", "4096 1000 90 80 5000 4000 bd00bd0"),
            "space", "92 % of the space are used", severity: .warn),
        Case(
            "full", LustreAnswer().with("statfs", "4096 1000 10 10 5000 4000 bd00bd0"), "full",
            "99 % of the space are used"),
        Case(
            "few inodes", LustreAnswer().with("statfs", "4096 1000 400 300 5000 300 bd00bd0"),
            "inodes", "94 % of the inodes are used", severity: .warn),
        Case(
            "no inodes", LustreAnswer().with("statfs", "4096 1000 400 300 5000 0 bd00bd0"),
            "inodes_full", "100 % of the inodes are used"),
        Case(
            "unreadable folder", LustreAnswer().adding("folder=data unreadable ls: denied"),
            "folder_unreadable", "the folder data cannot be read: ls: denied", severity: .warn),
        Case(
            "hung in a folder", LustreAnswer().adding("hung=10 readdir data"), "hung",
            "does not answer (10 s): reading the folder data"),
        Case(
            "hung in a write", LustreAnswer().adding("hung=10 canary 3"), "hung",
            "does not answer (10 s): writing a file on OST 3"),
        Case(
            "out of time", LustreAnswer().with("statfs", nil).adding("unanswered=3 statfs"),
            "unanswered", "mounted; the check's time was over after 3 s at: statfs",
            severity: .unknown),
        Case(
            "no right to write", LustreAnswer().adding("canary=- create Permission denied"),
            "canary_denied", "no file may be created there", severity: .unknown),
        Case(
            "no room", LustreAnswer().adding("no_scratch=1"), "no_scratch",
            "no trial file was written: no room for a temporary file in /dev/shm or /tmp",
            severity: .unknown),
        // An obstacle of which nothing else tells is no good news.
        Case(
            "untouched", LustreAnswer().with("statfs", nil).adding("untouched=lost"),
            "no_figures", "mounted; not touched, since that could hang the node",
            severity: .unknown),
    ])
    func findings(_ given: Case) throws {
        let judgement = given.answer.checked(given.settings)
        try #require(judgement.findings.count == 1)
        let finding = judgement.findings[0]
        #expect(finding.code == "mount." + given.code)
        #expect(finding.severity == given.severity)
        #expect(finding.message == given.message)
        #expect(finding.subject == (given.code == "next_boot" ? nil : "/lustre"))
        #expect(finding.remedy != nil || given.severity == .unknown)
    }

    @Test func readOnlyOnPurpose() {
        let answer = LustreAnswer().with("mount_options", "ro,flock").with(
            "fstab_options", "flock,ro")
        #expect(answer.checked().verdict == .ok)
        // An option that only contains the letters.
        #expect(
            LustreAnswer().with("mount_options", "rw,flock,errors=remount-ro").checked().verdict
                == .ok)
    }

    @Test func standInType() {
        let settings = LustreSettings(mountPoint: "/fsx", types: ["lustre", "tmpfs"])
        let answer = LustreAnswer().with("mount", "/fsx").with("types", "lustre tmpfs")
        #expect(answer.with("mount_type", "tmpfs").checked(settings).verdict == .ok)
        let wrong = answer.with("mount_type", "ext4").checked(settings)
        #expect(wrong.findings.first?.subject == "/fsx")
        #expect(wrong.findings.first?.message.hasSuffix("not lustre or tmpfs") == true)
        #expect(wrong.facts["mounted"] == .bool(false))
    }

    /// A mount that was asked for and of which the node says nothing is not ok.
    @Test func missingMount() {
        var settings = LustreSettings()
        settings.points = ["/lustre", "/fsx"]
        #expect(LustreAnswer().checked(settings).findings.map(\.code) == ["mount.incomplete"])
        let noTable = LustreAnswer().with("mount_table", "no").checked()
        #expect(noTable.verdict == .unknown)
    }

    @Test func limits() {
        var limits = MountLimits()
        limits.spacePercent = 60
        let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30, limits: limits)
        let result = NodeResult(
            node: "n", outcome: .finished, exit: .exited(0), stdout: Array(LustreAnswer().text.utf8)
        )
        #expect(probe.judge(result, node: nil).findings.map(\.code) == ["mount.space"])
        var policy = FindingPolicy()
        policy.limits = ["mount.space": 60, "mount.evicted": 3]
        limits.eventHours = 3
        #expect(MountLimits(policy) == limits)
    }

    /// Figures that are none say nothing about the file system, so they are never ok.
    @Test(arguments: [
        "", "4096", "4096 1000 400 300 5000",
        "x 1000 400 300 5000 4000", "4096 -1 400 300 5000 4000", "0 1000 400 300 5000 4000",
        "-4096 1 1 1 1 1", "4096 1000 400 300 5000 4000.5",
        "4096 9223372036854775807 0 1 1 1", "4096 1000 400 300 5000 4000 bd00bd0 1",
        "99999999999999999999 1 1 1 1 1",
    ])
    func badFigures(_ figures: String) {
        let judgement = LustreAnswer().with("statfs", figures).checked()
        #expect(judgement.verdict == .unknown)
        #expect(judgement.mountFacts["size_bytes"] == .null)
    }

    @Test(
        arguments: [
            ("4096 100 100 90 1 1", 0), ("4096 100 0 0 1 1", 100), ("1 1000 999 999 1 1", 1),
            // df(1) counts what only root may use as gone: 50 used of 90.
            ("4096 100 50 40 1 1", 56),
            // More free than there is: nothing is used, and nothing traps.
            ("4096 100 200 100 1 1", 0),
        ] as [(String, Int)])
    func usePercent(_ figures: String, _ percent: Int) {
        let judgement = LustreAnswer().with("statfs", figures).checked()
        #expect(judgement.mountFacts["use_percent"] == .int(percent))
    }

    /// Cut anywhere, an answer is never ok: what is missing may be the bad news.
    @Test func everyCut() {
        let bytes = Array(LustreAnswer().text.utf8)
        for length in 0..<(bytes.count - 1) {
            let judgement = LustreAnswer.checked(Array(bytes[..<length]))
            #expect(judgement.verdict == .unknown, "\(length)")
            #expect(judgement.findings.map(\.code) == ["mount.incomplete"], "\(length)")
            #expect(judgement.facts["mounted"] == .null)
        }
        #expect(LustreAnswer.checked(bytes).verdict == .ok)
    }

    /// One byte changed anywhere may make an answer worse, and must never bring fleet down.
    @Test(arguments: [UInt8(0), 0x0a, 0x20, 0x3d, 0x80, 0xff])
    func everyByte(_ byte: UInt8) {
        let bytes = Array(LustreAnswer().text.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = byte
            _ = LustreAnswer.checked(changed)
        }
    }

    /// Another --source says nothing about options: the site's fstab may well want no flock.
    @Test(
        "The options asked for are those of --options, else the fstab's, else none",
        arguments: [
            (nil, "noatime,_netdev", []), (nil, nil, []), (nil, "flock", ["options"]),
            ("flock", "noatime", ["options"]), ("noatime", "flock", []),
        ] as [(String?, String?, [String])])
    func askedOptions(flag: String?, fstab: String?, codes: [String]) {
        let answer = LustreAnswer().with("fstab_options", fstab).with("mount_options", "rw,noatime")
        let settings = LustreSettings(source: LustreAnswer.source, options: flag)
        #expect(answer.checked(settings).mountCodes == codes)
        #expect(answer.repaired(settings).mountCodes == codes)
    }

    @Test func withoutAnswer() {
        let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30)
        for outcome in Outcome.allCases where outcome != .finished && outcome != .notRun {
            let result = NodeResult(
                node: "n", outcome: outcome, stdout: Array(LustreAnswer().text.utf8))
            #expect(probe.judge(result, node: nil).verdict > .warn, "\(outcome)")
        }
        #expect(LustreAnswer.checked([]).findings.map(\.code) == ["mount.incomplete"])
    }

    @Test func payload() {
        let settings = LustreSettings(
            mountPoint: "/fsx", source: "a@tcp:/b", options: "ro", types: ["lustre", "tmpfs"],
            answerSeconds: 3, mountSeconds: 4)
        let check = CheckMountProbe(settings: settings, timeout: 30)
        let mount = MountLustreProbe(settings: settings, timeout: 600)
        let variables = [
            "FLEET_MOUNT_POINT=/fsx", "FLEET_SOURCE=a@tcp:/b", "FLEET_OPTIONS=ro",
            "FLEET_FS_TYPES=lustre tmpfs", "FLEET_ANSWER_SECONDS=3", "FLEET_MOUNT_SECONDS=4",
        ]
        for probe: any Probe in [check, mount] {
            #expect(Array(probe.payload.arguments.prefix(7)) == ["env"] + variables)
            #expect(probe.gpuRequest == .none)
            #expect(!probe.payload.beginsAtHome)
        }
        // Looking needs no rights, and changes nothing.
        #expect(!check.payload.wantsRoot && mount.payload.wantsRoot)
        #expect(!check.payload.arguments.contains { $0.contains("apt-get") })
    }
}
