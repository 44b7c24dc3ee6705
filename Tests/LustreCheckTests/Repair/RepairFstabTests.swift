import Foundation
@testable import LustreCheck
@testable import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Which mounts are meant, and what becomes of the node's fstab.
@Suite("mount-lustre and fstab", .timeLimit(.minutes(20)))
struct RepairFstabTests {
    private static let other = RepairEntry(
        source: "10.1.30.24@tcp:/other", mountPoint: "/fsx", options: "relatime,flock,_netdev")

    private func fstab(_ bench: RepairBench) throws -> String {
        try String(contentsOfFile: bench.root.path + "/etc/fstab", encoding: .utf8)
    }

    private func backups(_ bench: RepairBench) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.root.path + "/etc")
            .filter { $0.hasPrefix("fstab.fleet-") || $0.hasPrefix(".fstab") }
    }

    /// A bench whose mount(8) mounts what it is asked for.
    private func bench() throws -> RepairBench {
        var bench = try RepairBench()
        bench.programs["mount"] = """
            for point; do :; done
            source=$(awk -v p="$point" '{ sub(/\\/$/, "", $2) } $2 == p { print $1 }' "$FLEET_ROOT/etc/fstab")
            case $1 in -t) source=$5 ;; esac
            echo "$point lustre $source" >>"$FLEET_ROOT/mounts"
            """
        return bench
    }

    @Test(
        "Every lustre line of fstab is meant, the last one without its newline too",
        arguments: ["/bin/dash", "/bin/bash"])
    func everyLine(shell: String) async throws {
        var bench = try bench()
        bench.repair.everyLine = true
        try bench.root.write(
            """
            # comment
            UUID=1 / ext4 defaults 0 1
            \(RepairBench.source) /lustre lustre flock 0 0
            #10.1.30.25@tcp:/gone /gone lustre flock 0 0
            10.1.30.24@tcp:/other /fsx/ lustre noauto,x-systemd.automount 0 0
            """, to: "etc/fstab")
        let ended = try await bench.run(shell: shell)
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(ended.answer.reports.map(\.mountPoint) == ["/lustre", "/fsx"])
        #expect(
            ended.answer.steps.filter { $0.name == "mount" }.map(\.mountPoint) == [
                "/lustre", "/fsx",
            ])
        #expect(ended.judgement.facts["mounts"]?.elements.count == 2)
    }

    @Test("One mount that fails does not keep the others from coming up")
    func oneFails() async throws {
        var bench = try bench()
        bench.repair.everyLine = true
        try bench.root.write(
            "\(RepairBench.source) /lustre lustre flock 0 0\n10.1.30.24@tcp:/other /fsx lustre flock 0 0\n",
            to: "etc/fstab")
        try bench.root.write("x", to: "lustre/kept")
        let ended = try await bench.run()
        #expect(ended.judgement.findings.filter { $0.severity == .fail }.map(\.text).count == 1)
        #expect(ended.judgement.findings.first?.subject == "/lustre")
        #expect(
            ended.answer.steps.contains {
                $0.name == "mount" && $0.succeeded && $0.mountPoint == "/fsx"
            })
    }

    @Test func noLineAtAll() async throws {
        var bench = try bench()
        bench.repair.everyLine = true
        try bench.root.write("UUID=1 / ext4 defaults 0 1\n", to: "etc/fstab")
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(
            finding.text.hasPrefix(
                "/lustre: fstab failed: no lustre line in /etc/fstab ->"))
        #expect(finding.remedy?.contains("--from-head") == true)
    }

    @Test("A source of its own is mounted with its options, and fstab is left alone")
    func withoutPersist() async throws {
        var bench = try bench()
        bench.repair.entries = [Self.other]
        let before = try fstab(bench)
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(
            ended.log.contains(
                "mount -t lustre -o relatime,flock,_netdev 10.1.30.24@tcp:/other /fsx"))
        #expect(ended.steps.contains("directory done"))
        #expect(try fstab(bench) == before && backups(bench).isEmpty)
    }

    @Test(
        "--persist adds one line, keeps mode and all others, and does it once",
        arguments: [false, true])
    func persist(isHealthy: Bool) async throws {
        var bench = try bench()
        bench.repair.entries = [Self.other]
        bench.repair.persists = true
        // Without a newline at its end, and with a mode of its own.
        try bench.root.write("UUID=1 / ext4 defaults 0 1", to: "etc/fstab")
        let path = bench.root.path + "/etc/fstab"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try bench.root.write("half", to: "etc/.fstab.fleet.99")
        if isHealthy {
            try bench.root.write("/fsx lustre \(Self.other.source)\n", to: "mounts")
        }
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        let line = "10.1.30.24@tcp:/other /fsx lustre relatime,flock,_netdev 0 0\n"
        #expect(try fstab(bench) == "UUID=1 / ext4 defaults 0 1\n" + line)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        // The backup, and nothing of an earlier run that was killed.
        #expect(try backups(bench).count == 1)
        let again = try await bench.run()
        #expect(again.answer.wasMounted && again.log.isEmpty)
        #expect(try backups(bench).count == 1)
    }

    @Test(
        "Another source or type in fstab is refused",
        arguments: [
            "10.9.9.9@tcp:/x /fsx lustre flock 0 0\n", "10.9.9.9:/x /fsx nfs4 rw 0 0\n",
        ])
    func conflict(line: String) async throws {
        var bench = try bench()
        bench.repair.entries = [Self.other]
        bench.repair.persists = true
        try bench.root.write(line, to: "etc/fstab")
        let ended = try await bench.run()
        #expect(ended.judgement.findings.first?.code == "mount.step.fstab")
        #expect(
            ended.judgement.findings.first?.message.contains("asked for is \(Self.other.source)")
                == true)
        #expect(!ended.changed)
        #expect(try fstab(bench) == line)
    }

    @Test("The same server by name and by address is no conflict")
    func sameServer() async throws {
        var bench = try bench()
        bench.programs["getent"] = "echo '10.1.30.24 STREAM fs-2.test'"
        bench.repair.entries = [Self.other]
        bench.repair.persists = true
        let line = "fs-2.test@tcp:/other /fsx lustre flock 0 0\n"
        try bench.root.write(line, to: "etc/fstab")
        try bench.root.write("/fsx lustre \(Self.other.source)\n", to: "mounts")
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(try fstab(bench) == line)
    }

    @Test("Where systemd's automount waits, systemd mounts")
    func automount() async throws {
        var bench = try bench()
        try bench.root.write("/lustre autofs systemd-1\n", to: "mounts")
        try FileManager.default.createDirectory(
            atPath: bench.root.path + "/run/systemd/system", withIntermediateDirectories: true)
        bench.programs["systemd-escape"] = "echo lustre.mount"
        bench.programs["systemctl"] =
            "[ $1 != start ] || echo '/lustre lustre \(RepairBench.source)' >>\"$FLEET_ROOT/mounts\""
        let ended = try await bench.run()
        #expect(ended.log.contains("systemctl start lustre.mount"))
        #expect(!ended.log.contains { $0.hasPrefix("mount ") })
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")

        try bench.root.write("/lustre autofs systemd-1\n", to: "mounts")
        bench.programs["systemctl"] = """
            case $1 in
            start) echo 'Job for lustre.mount failed.' >&2; exit 1 ;;
            show) printf 'Result=exit-code\\nExecMainStatus=19\\n' ;;
            esac
            """
        bench.programs["journalctl"] =
            "echo 'mount.lustre: mount S at /lustre failed: No such device' ; echo 'Are the lustre modules loaded?'"
        let failed = try await bench.run()
        let message = try #require(failed.judgement.findings.first?.message)
        #expect(
            message.contains("ExecMainStatus=19") && message.contains("no client module"),
            "\(message)")
    }

    @Test(
        arguments: [
            ("", []), ("# 1@tcp:/a /lustre lustre flock 0 0\n", []),
            ("1@tcp:/a /lustre/ lustre flock,_netdev 0 0\n", ["1@tcp:/a /lustre flock,_netdev"]),
            ("1@tcp:/a /lustre lustre\n", []), ("1@tcp:/a /l;x lustre flock 0 0\n", []),
            ("1@tcp:/a /l*x lustre flock 0 0\n", []), ("1@tcp:/a/[b] /l lustre flock 0 0\n", []),
            ("1@tcp:/a /l?x lustre flock 0 0\n", []), ("1@tcp:/a /l lustre a;b 0 0\n", []),
            ("x /a nfs rw 0 0\r\n1@tcp:/a //b//c lustre o 0 0\r\n", ["1@tcp:/a /b/c o"]),
            ("1@tcp:/a none lustre flock 0 0\n", []),
        ] as [(String, [String])])
    func headLines(_ text: String, _ entries: [String]) {
        let found = RepairEntry.lines(ofTable: text)
        #expect(found.map { "\($0.source) \($0.mountPoint) \($0.options)" } == entries)
    }

    @Test(
        "A mount point that is a link, or lies below one, is refused, with --force too",
        arguments: [("/lustre", "data"), ("/deep/lustre", "data/lustre")], [false, true])
    func link(_ place: (point: String, real: String), hidesFiles: Bool) async throws {
        var bench = try bench()
        bench.repair.hidesFiles = hidesFiles
        bench.settings.points = [place.point]
        bench.settings.mountPoint = place.point
        let files = FileManager.default
        try bench.root.write("x", to: "data/kept")
        try files.removeItem(atPath: bench.root.path + "/lustre")
        for name in ["lustre", "deep"] {
            try files.createSymbolicLink(
                atPath: bench.root.path + "/" + name, withDestinationPath: bench.root.path + "/data"
            )
        }
        try bench.root.write(
            "\(RepairBench.source) \(place.point) lustre flock 0 0\n", to: "etc/fstab")
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.code == "mount.step.directory" && !ended.changed, "\(ended.output)")
        #expect(
            finding.message.hasPrefix(
                "directory failed: \(place.point) is a link, or lies below one: it is /\(place.real)"
            ),
            "\(finding.message)")
        #expect(finding.remedy?.hasPrefix("name the folder itself") == true)
    }

    @Test("A mount point that does not answer is given up, and named")
    func lookHangs() async throws {
        var bench = try bench()
        bench.programs["find"] = "exec sleep 100"
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(
            finding.message.hasPrefix(
                "directory failed: a look at /lustre did not end within 10 s"),
            "\(finding.message)")
        #expect(!ended.changed)
    }

    @Test(
        "The same file system by other servers, order or path is no conflict",
        arguments: [
            "10.1.30.23@tcp:10.1.30.24@tcp:/other", "10.1.30.24@tcp,10.1.30.25@tcp:/other",
            "10.1.30.24:/other/", "10.1.30.24@tcp0:/other",
        ])
    func sameFileSystem(source: String) async throws {
        var bench = try bench()
        bench.repair.entries = [Self.other]
        bench.repair.persists = true
        try bench.root.write("\(source) /fsx lustre flock 0 0\n", to: "etc/fstab")
        try bench.root.write("/fsx lustre \(Self.other.source)\n", to: "mounts")
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }

    @Test(
        "Names that do not resolve are told as that, and not as another source",
        arguments: [false, true])
    func unresolved(isMounted: Bool) async throws {
        var bench = try bench()
        bench.repair.entries = [Self.other]
        bench.repair.persists = true
        try bench.root.write("fs-2.test@tcp:/other /fsx lustre flock 0 0\n", to: "etc/fstab")
        if isMounted { try bench.root.write("/fsx lustre \(Self.other.source)\n", to: "mounts") }
        let ended = try await bench.run()
        guard !isMounted else {
            #expect(ended.judgement.verdict == .ok, "\(ended.output)")
            return
        }
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.code == "mount.step.name" && !ended.changed)
        #expect(finding.message.contains("cannot be told: a name does not resolve on this node"))
        #expect(finding.remedy == "check the source's name and DNS")
    }

    @Test(
        "A pattern in the node's own fstab stays what it is", arguments: ["/bin/dash", "/bin/bash"])
    func pattern(shell: String) async throws {
        var bench = try bench()
        bench.repair.everyLine = true
        // As a pattern it would be /lib and its like.
        try bench.root.write("\(RepairBench.source) /l[a-z]b* lustre flock 0 0\n", to: "etc/fstab")
        let ended = try await bench.run(shell: shell)
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(ended.log.contains("mount /l[a-z]b*"))
        #expect(ended.answer.reports.map(\.mountPoint) == ["/l[a-z]b*"])
    }
}
