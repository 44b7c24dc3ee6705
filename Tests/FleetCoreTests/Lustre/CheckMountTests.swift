import FleetCore
import SlurmModel
import Testing

@Suite struct CheckMountTests {
    @Test func healthy() {
        let judgement = LustreAnswer().checked()
        #expect(judgement.findings == [])
        #expect(judgement.verdict == .ok)
        #expect(
            judgement.facts == [
                "mount_point": .string("/lustre"), "mounted": .bool(true),
                "source": .string(LustreAnswer.source), "type": .string("lustre"),
                "options": .string("rw,noatime"), "fstab_source": .string(LustreAnswer.source),
                "kernel": .string("6.8.0-1021-aws"), "module_installed": .bool(true),
                "module_loaded": .bool(true), "filesystem_registered": .bool(true),
                "size_bytes": .int(4_096_000), "used_bytes": .int(2_457_600),
                "available_bytes": .int(1_228_800), "use_percent": .int(67), "inodes": .int(5_000),
                "inodes_free": .int(4_000),
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
            "hung", LustreAnswer().with("statfs", nil).with("statfs_hung", "10"), "hung",
            "does not answer (10 s)"),
        Case(
            "stale", LustreAnswer().with("statfs", nil).with("statfs_error", "stat: cannot"),
            "stale", "mounted, but does not work: stat: cannot"),
        Case(
            "no figures", LustreAnswer().with("statfs", nil), "no_figures",
            "mounted, but it gives no size", severity: .unknown),
        Case(
            "read-only", LustreAnswer().with("mount_options", "ro,noatime"), "read_only",
            "mounted read-only, and fstab does not ask for it", severity: .warn),
    ])
    func findings(_ given: Case) throws {
        let judgement = given.answer.checked(given.settings)
        try #require(judgement.findings.count == 1)
        let finding = judgement.findings[0]
        #expect(finding.code == "mount." + given.code)
        #expect(finding.severity == given.severity)
        #expect(finding.message == given.message)
        #expect(finding.subject == "/lustre")
        #expect(finding.remedy != nil || given.severity == .unknown)
    }

    @Test func readOnlyOnPurpose() {
        let answer = LustreAnswer().with("mount_options", "ro").with("fstab_options", "flock,ro")
        #expect(answer.checked().verdict == .ok)
        // An option that only contains the letters.
        #expect(
            LustreAnswer().with("mount_options", "rw,errors=remount-ro").checked().verdict == .ok)
    }

    @Test func standInType() {
        let settings = LustreSettings(mountPoint: "/fsx", types: ["lustre", "tmpfs"])
        #expect(LustreAnswer().with("mount_type", "tmpfs").checked(settings).verdict == .ok)
        let wrong = LustreAnswer().with("mount_type", "ext4").checked(settings)
        #expect(wrong.findings.first?.subject == "/fsx")
        #expect(wrong.facts["mounted"] == .bool(false))
    }

    /// Figures that are none say nothing about the file system, so they are never ok.
    @Test(arguments: [
        "", "4096", "4096 1000 400 300 5000", "4096 1000 400 300 5000 4000 1",
        "x 1000 400 300 5000 4000", "4096 -1 400 300 5000 4000", "0 1000 400 300 5000 4000",
        "-4096 1 1 1 1 1", "4096 1000 400 300 5000 4000.5",
        "4096 9223372036854775807 0 1 1 1", "99999999999999999999 1 1 1 1 1",
    ])
    func badFigures(_ figures: String) {
        let judgement = LustreAnswer().with("statfs", figures).checked()
        #expect(judgement.verdict == .unknown)
        #expect(judgement.facts["size_bytes"] == .null)
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
        #expect(judgement.facts["use_percent"] == .int(percent))
    }

    /// Cut anywhere, an answer is never ok: what is missing may be the bad news.
    @Test func everyCut() {
        let bytes = Array(LustreAnswer().text.utf8)
        for length in 0..<(bytes.count - 1) {
            let judgement = LustreAnswer.checked(Array(bytes[..<length]))
            #expect(judgement.verdict == .unknown, "\(length)")
            #expect(judgement.findings.map(\.code) == ["mount.incomplete"])
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
