import Foundation
import TestSupport
import Testing
@testable import Verdicts

/// The rungs between the mount table and the first touch: what is read there, and what keeps the path untouched.
@Suite("What keeps check-mount from touching a mount", .timeLimit(.minutes(20)))
struct MountLadderTests {
    /// A node whose stat(1) leaves a mark.
    private func markedNode() throws -> (node: MountNode, isTouched: () -> Bool) {
        let node = try MountNode()
        let marker = node.root.path + "/touched"
        try node.program(
            "stat", "touch \(marker)\necho 4096 1000 400 300 5000 4000 bd00bd0")
        return (node, { FileManager.default.fileExists(atPath: marker) })
    }

    /// What `lctl get_param` prints: every parameter's name, then its text.
    private static func parameters(ost: String, mdt: String = "FULL", history: String = "")
        -> String
    {
        """
        mdc.czrc3amv-MDT0000-mdc-ffff9c2f.import=
        import:
            name: czrc3amv-MDT0000-mdc-ffff9c2f
            target: czrc3amv-MDT0000_UUID
            state: \(mdt)
            connection:
               current_connection: 10.1.30.23@tcp
        osc.czrc3amv-OST0000-osc-ffff9c2f.import=
        import:
            state: \(ost)
            connection:
               current_connection: "10.1.30.24@tcp"
        mgc.MGC10.1.30.23@tcp.state=
        current_state: DISCONN
        mdc.czrc3amv-MDT0000-mdc-ffff9c2f.state=
        current_state: \(mdt)
        osc.czrc3amv-OST0000-osc-ffff9c2f.state=
        current_state: \(ost)
        state_history:
         - [ 1700000000, CONNECTING ]
        \(history) - [ 1700000001, FULL ]
        lov.czrc3amv-clilov-ffff9c2f.target_obd=
        0: czrc3amv-OST0000_UUID ACTIVE
        """
    }

    private func lctl(_ node: MountNode, _ text: String) throws {
        try node.program("lctl", "cat <<'X'\n\(text)\nX\nexit 2")
    }

    @Test("Connected to every server: touched, and the figures are facts")
    func connected() async throws {
        for state in ["FULL", "IDLE"] {
            let (node, isTouched) = try markedNode()
            try lctl(node, Self.parameters(ost: state))
            let judgement = try await node.checked()
            #expect(judgement.findings == [] && isTouched())
            let imports = judgement.facts["imports"]?.fields
            #expect(imports?["total"] == .int(3) && imports?["connected"] == .int(2))
        }
    }

    @Test(
        "A server that is away is named, and nothing is touched",
        arguments: ["DISCONN", "CONNECTING", "EVICTED", "REPLAY_WAIT"])
    func disconnected(state: String) async throws {
        let (node, isTouched) = try markedNode()
        try lctl(node, Self.parameters(ost: state))
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["ost_disconnected"])
        #expect(!isTouched())
        #expect(judgement.verdict == (state == "REPLAY_WAIT" ? .unknown : .fail))
        let message = try #require(judgement.findings.first?.message)
        #expect(message.contains("czrc3amv-OST0000 is not connected (\(state)"))
        #expect(message.contains("10.1.30.24@tcp"))
        #expect(judgement.mountFacts["untouched"] == .string("import"))

        try lctl(node, Self.parameters(ost: "FULL", mdt: state))
        let metadata = try await node.checked()
        #expect(metadata.mountCodes == ["mdt_disconnected"] && !isTouched())
        #expect(metadata.facts["state"] == .string(state == "REPLAY_WAIT" ? "unknown" : "hung"))
    }

    @Test("A server that is just being connected gets a second look")
    func secondLook() async throws {
        let (node, isTouched) = try markedNode()
        let once = node.root.path + "/once"
        try node.program(
            "lctl",
            """
            state=FULL
            [ -e \(once) ] || state=CONNECTING
            touch \(once)
            cat <<X
            \(Self.parameters(ost: "$state"))
            X
            """)
        #expect(try await node.checked().findings == [])
        #expect(isTouched())
    }

    @Test("An inactive OST and evictions warn, and do not keep from touching")
    func warnings() async throws {
        let (node, isTouched) = try markedNode()
        let now = Int(Date().timeIntervalSince1970)
        let text = Self.parameters(ost: "FULL", history: " - [ \(now - 7200), EVICTED ]\n")
        try lctl(node, text + "\n1: czrc3amv-OST0001_UUID INACTIVE")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["ost_inactive", "evicted"])
        #expect(judgement.verdict == .warn && isTouched())
        #expect(judgement.findings.last?.message.hasPrefix("evicted once, last 2 h ago") == true)
        // Long ago is history.
        try lctl(node, Self.parameters(ost: "FULL", history: " - [ 1700000000, EVICTED ]\n"))
        #expect(try await node.checked().findings == [])
    }

    @Test("lctl that may not be read, or never answers, is told and is no verdict")
    func unread() async throws {
        let (node, isTouched) = try markedNode()
        try node.program("lctl", "echo 'error: get_param: Permission denied' >&2; exit 1")
        let denied = try await node.checked()
        #expect(denied.findings == [] && isTouched())
        #expect(denied.facts["imports_unread"]?.text?.contains("Permission denied") == true)
        try node.program("lctl", "exec sleep 3000")
        let clock = ContinuousClock()
        let start = clock.now
        let late = try await node.checked()
        #expect(clock.now - start < .seconds(300))
        #expect(late.facts["imports_unread"]?.text?.isEmpty == false)
    }

    private static let lost =
        "[ 80000.1] Lustre: czrc3amv-OST0000-osc-ffff9c2f: Connection to czrc3amv-OST0000 (at 10.1.30.24@tcp) was lost; in progress operations using this service will wait for recovery to complete"
    private static let restored =
        "[ 80030.5] Lustre: czrc3amv-OST0000-osc-ffff9c2f: Connection restored to 10.1.30.24@tcp (at 10.1.30.24@tcp)"

    struct Log: Sendable, CustomTestStringConvertible {
        var name: String
        var lines: [String]
        var codes: [String] = []
        var isTouched = true
        var testDescription: String { name }
    }

    @Test(
        "The kernel log",
        arguments: [
            Log(name: "quiet", lines: ["[ 1.0] eth0: link up"]),
            Log(name: "lost", lines: [lost], codes: ["connection_lost"], isTouched: false),
            Log(name: "restored", lines: [lost, restored]),
            Log(
                name: "lost again", lines: [lost, restored, lost], codes: ["connection_lost"],
                isTouched: false),
            Log(name: "unmounted", lines: [lost, "[ 9.0] Lustre: Unmounted czrc3amv-client"]),
            Log(
                name: "another file system", lines: [lost.replacing("czrc3amv", with: "other")]),
            Log(
                name: "management only",
                lines: [lost.replacing("czrc3amv-OST0000-osc-ffff9c2f", with: "MGC10.1.30.23@tcp")]),
            Log(
                name: "evicted",
                lines: [
                    "[ 89000.0] LustreError: 167-0: czrc3amv-OST0000-osc-ffff9c2f: This client was evicted by czrc3amv-OST0000; in progress operations using this service will fail."
                ], codes: ["evicted"]),
            Log(
                name: "evicted long ago",
                lines: [
                    "[ 5.0] LustreError: 167-0: czrc3amv-OST0000-osc-ffff9c2f: This client was evicted by czrc3amv-OST0000; in progress"
                ]),
            Log(
                name: "timed out",
                lines: ["[ 89999.0] LustreError: 11-0: x: operation ost_read failed: rc = -110"],
                codes: ["timeouts"]),
            Log(
                name: "LBUG", lines: ["[ 50.0] LustreError: 1:0:(osc.c:1:f()) LBUG"],
                codes: ["lbug"], isTouched: false),
        ])
    func kernelLog(_ given: Log) async throws {
        let (node, isTouched) = try markedNode()
        try node.program("dmesg", "cat <<'X'\n\(given.lines.joined(separator: "\n"))\nX")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == given.codes)
        #expect(isTouched() == given.isTouched)
        // The line is quoted with its time, in one pair of brackets.
        for finding in judgement.findings {
            #expect(finding.message.contains(/\ \[[0-9.]+\ s:\ Lustre/), "\(finding.message)")
            #expect(!finding.message.contains("[["))
        }
        // Where the client itself says that it is connected, that counts.
        if given.codes == ["connection_lost"] {
            try lctl(node, Self.parameters(ost: "FULL"))
            #expect(try await node.checked().findings == [])
            #expect(isTouched())
        }
    }

    /// On a node that is up for months every target has been lost and found again.
    @Test("A storm of old events hides neither a new one nor a bug")
    func storm() async throws {
        let over = (0..<70).flatMap { number in
            [
                "[ 3.0] Lustre: old-OST\(number)-osc-ffff: Connection to old-OST\(number) (at 10.0.0.1@tcp) was lost; in progress",
                "[ 4.0] Lustre: old-OST\(number)-osc-ffff: Connection restored to old-OST\(number) (at 10.0.0.1@tcp)",
            ]
        }
        let open = over.filter { $0.contains("lost") }
        let bug = "[ 50.0] LustreError: 1:0:(osc.c:1:f()) LBUG"
        for (lines, code) in [
            (over + [Self.lost], "connection_lost"), (open + [bug], "lbug"),
            (open + ["[ 5.0] Lustre: Mounted old-client", Self.lost], "connection_lost"),
        ] {
            let (node, isTouched) = try markedNode()
            try node.program("dmesg", "cat <<'X'\n\(lines.joined(separator: "\n"))\nX")
            #expect(try await node.checked().mountCodes == [code])
            #expect(!isTouched())
        }
    }

    @Test("An NFS server that no longer responds")
    func nfs() async throws {
        let (node, isTouched) = try markedNode()
        try node.unmount()
        try node.mount(type: "nfs4", source: "10.0.1.100:/fsx", options: "rw,hard")
        try node.fstab("10.0.1.100:/fsx \(node.point.path) nfs4 hard 0 0")
        let lost = "[ 5.0] nfs: server 10.0.1.100 not responding, still trying"
        try node.program("dmesg", "echo '\(lost)'")
        #expect(try await node.checked().mountCodes == ["connection_lost"])
        #expect(!isTouched())
        try node.program("dmesg", "echo '\(lost)'; echo '[ 6.0] nfs: server 10.0.1.100 OK'")
        #expect(try await node.checked().findings == [])
        #expect(isTouched())
    }

    @Test("A kernel log that may not be read is a fact; sudo and the journal are tried")
    func deniedLog() async throws {
        let (node, _) = try markedNode()
        try node.program("dmesg", "exit 1")
        let unread = try await node.checked()
        #expect(unread.findings == [] && unread.facts["kernel_log"] == .string("unread"))
        for program in ["sudo", "journalctl"] {
            let (node, isTouched) = try markedNode()
            try node.program("dmesg", "exit 1")
            try node.program(program, "echo '\(Self.lost)'")
            let read = try await node.checked()
            #expect(read.facts["kernel_log"] == .string("read"))
            #expect(read.mountCodes == ["connection_lost"] && !isTouched())
        }
    }

    @Test("Tasks that wait in Lustre's code, in D or in I, and only those")
    func stuckTasks() async throws {
        let (node, isTouched) = try markedNode()
        try node.task(101, "S", "bash", frames: ["ll_file_read"])
        try node.task(102, "D", "dd", frames: ["io_schedule", "ext4_file_write_iter"])
        try node.root.write("103 \n", to: "proc/2/task/2/children")
        try node.task(103, "I", "kworker/0:1", frames: ["ptlrpc_check_set"])
        #expect(try await node.checked().findings == [])
        #expect(isTouched())

        let (sick, isSickTouched) = try markedNode()
        try sick.task(104, "I", "py) thon", frames: ["io_schedule", "cl_sync_io_wait", "ll_x"])
        let judgement = try await sick.checked()
        #expect(judgement.mountCodes == ["stuck_tasks"])
        #expect(judgement.verdict == .fail && !isSickTouched())
        #expect(judgement.facts["state"] == .string("hung"))
        #expect(
            judgement.findings.first?.message.contains("104 in cl_sync_io_wait, state I") == true)
        // While the client is connected a statfs can be killed: it is tried.
        try lctl(sick, Self.parameters(ost: "FULL"))
        let alive = try await sick.checked()
        #expect(alive.mountCodes == ["stuck_tasks"] && alive.verdict == .warn && isSickTouched())
    }

    /// As where there are more tasks than one process can be named, or one is gone before it is read, for which mawk ends.
    @Test(
        "Tasks that the first look did not read are read in parts; a part that breaks off is told")
    func tasksInParts() async throws {
        let (node, isTouched) = try markedNode()
        try node.task(104, "S", "bash", frames: [])
        let first = "case \"$*\" in *points=/*) /usr/bin/awk \"$@\" | grep -v ^tasks=; exit 2 ;;"
        try node.program("awk", "\(first) esac\nexec /usr/bin/awk \"$@\"")
        #expect(try await node.checked().facts["tasks_unread"] == .null && isTouched())
        try node.task(105, "D", "dd", frames: ["ll_file_read"])
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["stuck_tasks"])
        // Each once, though the first look had seen it too.
        #expect(judgement.facts["stuck_tasks"]?.elements.count == 1)
        try node.program("awk", "\(first) */104/*) exit 2 ;; esac\nexec /usr/bin/awk \"$@\"")
        #expect(try await node.checked().facts["tasks_unread"] == .string("all"))
    }

    /// sudo(8) waits for a directory service that is down, and no user may end it.
    @Test("A sudo that does not answer is asked once, and delays the check by seconds")
    func silentSudo() async throws {
        let (node, isTouched) = try markedNode()
        try node.program("dmesg", "exit 1")
        try node.program("sudo", "echo x >>\(node.root.path)/asked; exec sleep 150")
        for pid in 104...110 {
            try node.task(pid, "D", "dd", frames: [])
            try FileManager.default.removeItem(
                atPath: "\(node.root.path)/proc/\(pid)/task/\(pid)/stack")
        }
        let judgement = try await node.checked()
        #expect(judgement.findings == [] && isTouched())
        #expect(judgement.facts["kernel_log"] == .string("unread"))
        #expect(judgement.facts["tasks_unread"] == .int(7))
        #expect(judgement.facts["left_behind"] == .list([]))
        let asked = try String(contentsOfFile: node.root.path + "/asked", encoding: .utf8)
        #expect(asked == "x\n")
    }
}
