import Foundation
@testable import LustreCheck
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// What the kernel log says, in which order its lines come, and in which form.
@Suite("The kernel log of a Lustre client", .timeLimit(.minutes(20)))
struct MountLogTests {
    /// The events that the survey reads in a log, sorted, without their lines.
    private static func events(_ log: [String], journal: Bool = false) async throws -> [String] {
        let script =
            LustreScripts.sent([PackageResources.mount_survey_sh])
            + "awk -v root=/nowhere -v journal=\(journal ? "1" : "''") \"$survey_program\""
        let ran = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", script],
            input: .string(log.joined(separator: "\n")),
            output: .string(limit: 1 << 22), error: .string(limit: 1 << 16))
        #expect(ran.standardError == "")
        return ran.standardOutput.split(separator: "\n").filter { $0.hasPrefix("event=") }
            .map { $0.split(separator: " ").prefix(4).joined(separator: " ") }.sorted()
    }

    private static func lost(_ target: String, _ time: String) -> String {
        "[\(time)] Lustre: \(target)-osc-ffff91: Connection to \(target) (at 10.9.0.2@tcp) was lost; in progress operations using this service will wait for recovery to complete"
    }
    private static func restored(_ target: String, _ time: String) -> String {
        "[\(time)] Lustre: \(target)-osc-ffff91: Connection restored to 10.9.0.2@tcp (at 10.9.0.2@tcp)"
    }
    private static func evicted(_ target: String, _ time: String) -> String {
        "[\(time)] LustreError: 167-0: \(target)-osc-ffff91: This client was evicted by \(target); in progress operations using this service will fail."
    }
    private static func late(_ target: String, _ time: String) -> String {
        "[\(time)] LustreError: 11-0: \(target)-osc-ffff91: operation ost_write to node 10.9.0.2@tcp failed: rc = -110"
    }
    private static func mounted(_ name: String, _ time: String) -> String {
        "[\(time)] Lustre: Mounted \(name)-client"
    }

    struct Log: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        var events: [String]
        init(_ name: String, _ lines: [String], _ events: [String]) {
            (testDescription, self.lines, self.events) = (name, lines, events)
        }
    }

    private static let logs = [
        Log("lost", [lost("w-OST0001", "9.5")], ["event=lost 1 9.5 w-OST0001-osc-ffff91"]),
        Log("restored", [lost("w-OST0001", "9.5"), restored("w-OST0001", "9.6")], []),
        Log(
            "lost again",
            [lost("w-OST0001", "9.1"), restored("w-OST0001", "9.2"), lost("w-OST0001", "9.3")],
            ["event=lost 1 9.3 w-OST0001-osc-ffff91"]),
        Log(
            "another came back",
            [
                lost("w-OST0001", "9.1"), lost("w-OST0002", "9.2"), restored("w-OST0002", "9.9"),
                "[9.9] Lustre: Skipped 1 previous similar message",
            ], ["event=doubt 1 9.1 w-OST0001-osc-ffff91"]),
        Log(
            "lost after another came back",
            [lost("w-OST0002", "9.1"), restored("w-OST0002", "9.2"), lost("w-OST0001", "9.3")],
            ["event=lost 1 9.3 w-OST0001-osc-ffff91"]),
        Log(
            "evicted, and reached for that",
            [lost("w-MDT0000", "9.1"), evicted("w-MDT0000", "9.2")],
            ["event=doubt 1 9.1 w-MDT0000-osc-ffff91", "event=evicted 1 9.2 w-MDT0000"]),
        Log(
            "mounted anew",
            [
                lost("w-OST0001", "9.0"), late("w-OST0001", "9.1"), evicted("w-OST0001", "9.2"),
                mounted("w", "9.3"),
            ], []),
        Log(
            "another file system mounted", [lost("w-OST0001", "9.1"), mounted("v", "9.2")],
            ["event=lost 1 9.1 w-OST0001-osc-ffff91"]),
        Log(
            "evicted since",
            [mounted("w", "9.1"), evicted("w-OST0001", "9.2"), evicted("w-OST0001", "9.4")],
            ["event=evicted 2 9.4 w-OST0001"]),
        Log(
            "a mount that failed",
            [
                "[9.0] LustreError: 15c-8: MGC10.9.0.7@tcp: Confguration from log v-client failed from MGS -110. Communication error",
                "[9.1] LustreError: 77:0:(mgc_request.c:1:mgc_process_log()) MGC10.9.0.7@tcp: failed processing log, type 1: rc = -110",
                "[9.2] LustreError: 77:0:(super25.c:1:lustre_fill_super()) llite: Unable to mount <unknown>: rc = -110",
            ], []),
        Log("timed out", [late("w-OST000a", "9.7")], ["event=timeout 1 9.7 w-OST000a"]),
        Log(
            "timed out, of no known target", ["[9.0] LustreError: 11-0: x: failed: rc = -110"],
            ["event=timeout 1 9 -"]),
        Log("another error", ["[9.0] LustreError: 11-0: x: failed: rc = -1101"], []),
        Log(
            "a bug",
            [
                "[9.0] LustreError: 4:0:(osc_cache.c:2:osc_extent_wait()) ASSERTION( x > 0 ) failed: y"
            ],
            ["event=lbug 1 9 -"]),
        Log(
            "a bug of LNet", ["[9.0] LNetError: 4:0:(peer.c:2:lnet_f()) LBUG"], ["event=lbug 1 9 -"]
        ),
        // The same words where a program of any name can bring them into the log.
        Log(
            "words of others",
            [
                "[9.0] traps: Lustre: w-OST0001-osc-f: Connection to w-OST0001 (at x) was lost; [77] general protection",
                "[9.1] a kernel: LustreError: 4:0:(f.c:2:f()) LBUG",
                "[9.2] LBUG[77]: segfault at 0",
                "[9.3] LustreError: 4:0:(f.c:2:f()) cannot open /w/LBUG: rc = -2",
                "[9.4] nfsd: nfs: server 10.0.0.1 not responding",
            ], []),
    ]

    @Test("What stays of it", arguments: logs)
    func kept(_ log: Log) async throws {
        #expect(try await Self.events(log.lines) == log.events)
    }

    @Test(
        "What stands before a message",
        arguments: [
            ("<4>[ 80.5] ", "80.5"), ("[   80.5][ T812] ", "80.5"), ("[ 80.5] [C12] ", "80.5"),
            ("Nov  6 07:00:00 n-1 kernel: ", "-"), ("Nov 16 07:00:00 n-1 kernel: [ 80.5] ", "80.5"),
            ("2026-11-06T07:00:00,5+00:00 n-1 kernel: ", "-"),
            ("[Fri Nov  6 07:00:00 2026] ", "-"), ("", "-"),
        ])
    func prefixes(_ prefix: String, _ time: String) async throws {
        let message = Self.evicted("w-OST0001", "").dropFirst(3)
        #expect(try await Self.events([prefix + message]) == ["event=evicted 1 \(time) w-OST0001"])
    }

    @Test("The journal has the host before the kernel's own words, and dmesg has not")
    func journal() async throws {
        let line = "[ 80.5] n-1 kernel: " + Self.evicted("w-OST0001", "").dropFirst(3)
        #expect(try await Self.events([line], journal: true).count == 1)
        #expect(try await Self.events([line]) == [])
    }

    @Test("No number of targets hides another file system's, or a bug")
    func storm() async throws {
        let storm = (0..<500).map { Self.lost("v-OST" + String($0 + 4096, radix: 16), "9.1") }
        let bug = "[9.3] LustreError: 4:0:(f.c:2:f()) LBUG"
        let events = try await Self.events(storm + [Self.lost("w-OST0001", "9.2"), bug])
        #expect(events.contains("event=lost 1 9.2 w-OST0001-osc-ffff91"))
        #expect(events.contains("event=lbug 1 9.3 -") && events.count < 100)
    }

    /// A node whose log is this, and whose connections cannot be read.
    private func checked(_ lines: [String], lctl: String? = nil) async throws -> Judgement {
        let node = try MountNode()
        try node.unmount()
        try node.mount(type: "lustre", source: "10.9.0.1@tcp:/w")
        try node.fstab("10.9.0.1@tcp:/w \(node.point.path) lustre flock 0 0")
        try node.program("dmesg", "cat <<'X'\n\(lines.joined(separator: "\n"))\nX")
        if let lctl { try node.program("lctl", "cat <<'X'\n\(lctl)\nX") }
        return try await node.checked()
    }

    @Test("A connection that the log leaves in doubt is unknown, and the mount is not touched")
    func doubt() async throws {
        let lines = [
            Self.lost("w-OST0001", "89000.1"), Self.lost("w-OST0002", "89000.2"),
            Self.restored("w-OST0002", "89030.2"),
            "[89030.2] Lustre: Skipped 2 previous similar messages",
        ]
        let judgement = try await checked(lines)
        #expect(judgement.mountCodes == ["connection_lost"] && judgement.verdict == .unknown)
        #expect(judgement.mountFacts["untouched"] == .string("lost"))
        let message = try #require(judgement.findings.first?.message)
        #expect(message.contains("w-OST0001 lost, and whether it came back is not known"))
        #expect(message.contains("[89000.1 s: Lustre: w-OST0001"))
        let sure = try await checked(lines + [Self.lost("w-OST0003", "89031.0")])
        #expect(sure.verdict == .fail)
    }

    private static func imports(_ evictions: String) -> String {
        """
        osc.w-OST0001-osc-ffff91.state=
        current_state: FULL
        state_history:
        \(evictions) - [ 1700000001, FULL ]
        """
    }

    @Test("The log's evictions count where the client's own history cannot be read")
    func evictions() async throws {
        let lines = [
            Self.evicted("w-OST0001", "80000.1"), Self.evicted("w-OST0002", "88200.5"),
            Self.evicted("w-OST0001", "81000.0"),
        ]
        let blind = try await checked(lines)
        #expect(blind.mountCodes == ["evicted"])
        let message = try #require(blind.findings.first?.message)
        #expect(message.hasPrefix("evicted 3 times, last 30 min ago by w-OST0002 [88200.5 s: "))
        // The client itself knows of none by that target: it has been mounted anew since.
        let read = try await checked([lines[0]], lctl: Self.imports(""))
        #expect(read.findings == [])
        let now = Int(Date().timeIntervalSince1970)
        let known = try await checked(
            [lines[0], lines[2]], lctl: Self.imports(" - [ \(now - 300), EVICTED ]\n"))
        #expect(known.mountCodes == ["evicted"])
        #expect(known.findings.first?.message.contains("evicted once, last 5 min ago") == true)
        #expect(known.findings.first?.message.contains("[81000.0 s: ") == true)
    }

    @Test("A repair that worked is not yellow for what was before it")
    func repaired() async throws {
        let before = [
            "[89000.0] LustreError: 15c-8: MGC10.9.0.1@tcp: Confguration from log w-client failed from MGS -110.",
            "[89000.1] LustreError: 7:0:(super25.c:1:lustre_fill_super()) llite: Unable to mount <unknown>: rc = -110",
            Self.late("w-OST0001", "89000.2"), "[89000.3] LustreError: 11-0: x: failed: rc = -110",
        ]
        #expect(try await checked(before + [Self.mounted("w", "89010.0")]).findings == [])
        // What came after the mount counts, but not what another mount point's failure says.
        let after = try await checked(
            [Self.mounted("w", "88000.0"), before[0].replacing("w-", with: "v-"), before[1]])
        #expect(after.findings == [])
        let late = try await checked([
            Self.mounted("w", "88000.0"), before[2], Self.late("v-OST0001", "89001.0"),
        ])
        #expect(late.mountCodes == ["timeouts"])
        #expect(late.findings.first?.message.hasPrefix("requests timed out once") == true)
    }
}
