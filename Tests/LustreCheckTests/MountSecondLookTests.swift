import Foundation
@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// What a first touch discovers, what a folder of a file system shows, and what hangs.
@Suite("What check-mount finds at a second look", .timeLimit(.minutes(20)))
struct MountSecondLookTests {
    private static func parameters(_ history: String) -> String {
        """
        osc.czrc3amv-OST0003-osc-ffff91.state=
        current_state: FULL
        state_history:
        \(history) - [ 1700000001, FULL ]
        lov.czrc3amv-clilov-ffff91.target_obd=
        3: czrc3amv-OST0003_UUID ACTIVE
        """
    }

    /// Makes a program fail once with an error that an eviction brings, and mark that it did.
    private func failOnce(_ node: MountNode, _ program: String, _ words: String, _ body: String)
        throws
    {
        try node.program(
            program,
            """
            if [ ! -e \(node.root.path)/failed ]; then
                touch \(node.root.path)/failed
                echo '\(words)' >&2
                exit 1
            fi
            \(body)
            """)
    }

    private static let df = "echo 'czrc3amv-OST0003_UUID 1000 100 900 10% /lustre[OST:3]'"

    @Test(
        "The touch that discovers an eviction names the eviction",
        arguments: [
            ("stat", "stat: cannot read file system information for '/x': Input/output error"),
            ("stat", "stat: cannot: Cannot send after transport endpoint shutdown"),
            ("lfs", "czrc3amv-OST0003_UUID : Input/output error"),
            ("lfs", "czrc3amv-OST0003_UUID: Transport endpoint is not connected"),
        ], [true, false])
    func discovered(_ given: (program: String, words: String), isRead: Bool) async throws {
        let node = try MountNode()
        let now = Int(Date().timeIntervalSince1970)
        let body = given.program == "stat" ? "echo 4096 1000 400 300 5000 4000 bd00bd0" : Self.df
        try failOnce(node, given.program, given.words, body)
        let line =
            "[ 89999.0] LustreError: 167-0: czrc3amv-OST0003-osc-ffff91: This client was evicted by czrc3amv-OST0003; in progress"
        if isRead {
            let history = Self.parameters(" - [ \(now), EVICTED ]\n")
            try node.program(
                "lctl",
                "if [ -e \(node.root.path)/failed ]; then cat <<'X'\n\(history)\nX\nelse cat <<'X'\n\(Self.parameters(""))\nX\nfi"
            )
        } else {
            try node.program(
                "dmesg",
                "echo '[ 1.0] Lustre: x'; [ ! -e \(node.root.path)/failed ] || echo '\(line)'")
        }
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["evicted"])
        #expect(judgement.findings.first?.message.contains("by czrc3amv-OST0003") == true)
        #expect(judgement.mountFacts["size_bytes"] == .int(4_096_000))
    }

    @Test("An error that is gone without an eviction is told; one that stays is what it was")
    func unexplained() async throws {
        let words = "stat: cannot read file system information for '/x': Input/output error"
        let node = try MountNode()
        try failOnce(node, "stat", words, "echo 4096 1000 400 300 5000 4000 bd00bd0")
        let gone = try await node.checked()
        #expect(gone.mountCodes == ["second_look"] && gone.verdict == .warn)
        try node.program("stat", "echo '\(words)' >&2; exit 1")
        #expect(try await node.checked().mountCodes == ["stale"])
        try node.program("stat", "echo 4096 1000 400 300 5000 4000 bd00bd0")
        try node.program("lfs", "echo 'czrc3amv-OST0003_UUID : Input/output error'")
        #expect(try await node.checked().mountCodes == ["ost_unread"])
    }

    @Test(
        "A trial on an OST that gave no figures, or is deactivated, was not made, and that is told")
    func untriedTargets() async throws {
        let node = try MountNode()
        try node.program(
            "lfs",
            """
            case $1 in
            df)
                \(Self.df)
                echo 'czrc3amv-OST0004_UUID : Resource temporarily unavailable'
                ;;
            setstripe)
                for last; do :; done
                : >"$last"
                ;;
            esac
            """)
        var settings = node.settings
        settings.canary = MountCanary()
        let silent = try await node.checked(settings)
        #expect(silent.mountCodes == ["canary_untried", "ost_unread"])
        #expect(silent.verdict == .unknown)
        #expect(
            silent.findings.first?.message.contains("czrc3amv-OST0004 is without figures") == true)
        try node.program(
            "lctl", "cat <<'X'\n\(Self.parameters(""))\n4: czrc3amv-OST0004_UUID INACTIVE\nX")
        let inactive = try await node.checked(settings)
        #expect(inactive.mountCodes == ["canary_untried", "ost_inactive", "ost_unread"])
        #expect(
            inactive.findings.dropFirst().first?.remedy?.contains(
                "lctl set_param osc.czrc3amv-OST0004-osc-*.active=1") == true)
        // Without a trial nobody asked.
        #expect(try await node.checked().mountCodes == ["ost_inactive", "ost_unread"])
    }

    @Test("The number that Lustre's tools put behind an error is left out")
    func errorNumbers() {
        for (line, words) in [
            ("2 create Read-only file system (30)", "Read-only file system"),
            ("2 create Read-only file system (-30) ", "Read-only file system"),
            ("2 write dd: f(1): No space left", "dd: f(1): No space left"),
            ("2 remove (30)", "(30)"),
        ] {
            #expect(
                MountTrial(line)?.state
                    == .failed(step: String(line.split(separator: " ")[1]), message: words))
        }
    }

    struct Folder: Sendable {
        var wanted: String
        var found: String
        var inode: String
        var code: [String]
        init(_ wanted: String, _ found: String, _ inode: String, _ code: String? = nil) {
            (self.wanted, self.found, self.inode) = (wanted, found, inode)
            self.code = code.map { [$0] } ?? []
        }
    }

    private static let root = "144115188193296385"

    /// 2.17 shows the file system alone in the mount table where a server was named.
    @Test(
        "A folder that is mounted by a server's name",
        arguments: [
            Folder("fs.test@tcp:/proj/data", "fs.test@tcp:/proj", "144115205255725057"),
            Folder("fs.test@tcp:/proj/data", "10.1.30.23@tcp:/proj", "144115205255725057"),
            Folder("fs.test@tcp:/proj/data", "fs.test@tcp:/proj", root, "source_unknown"),
            Folder("fs.test@tcp:/proj/data", "fs.test@tcp:/proj", "stat: failed", "source_unknown"),
            Folder("fs.test@tcp:/proj/data", "fs.test@tcp:/proj/data", root),
            Folder("gone.test@tcp:/proj/data", "10.1.30.23@tcp:/proj", "7", "source_unknown"),
            Folder("fs.test@tcp:/proj/data", "fs.test@tcp:/other", "7", "wrong_source"),
            Folder("fs.test@tcp:/proj/data", "10.1.30.99@tcp:/proj", "7", "wrong_source"),
            Folder("fs.test@tcp:/proj", "fs.test@tcp:/proj/data", "7", "wrong_source"),
            Folder("fs.test@tcp:/proj/database", "fs.test@tcp:/proj/data", "7", "wrong_source"),
        ])
    func folders(_ given: Folder) async throws {
        let node = try MountNode()
        try node.unmount()
        try node.mount(type: "lustre", source: given.found)
        try node.fstab("\(given.wanted) \(node.point.path) lustre flock 0 0")
        try node.program("getent", "[ $2 = fs.test ] && echo '10.1.30.23 STREAM fs.test'")
        try node.program(
            "stat",
            "case $* in *%i*) echo '\(given.inode)' ;; *) echo 4096 1000 400 300 5000 4000 bd00bd0 ;; esac"
        )
        for shell in ["/bin/sh", "/bin/bash"] {
            let judgement = try await node.checked(shell: shell)
            #expect(judgement.mountCodes == given.code, "\(judgement.findings.map(\.text))")
        }
    }

    @Test("A mount(8) that hangs in Lustre's code is named, where nothing is mounted")
    func hangingMount() async throws {
        let node = try MountNode()
        try node.unmount()
        try node.task(4711, "I", "mount.lustre", frames: ["ptlrpc_set_wait", "mgc_process_log"])
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["not_mounted"])
        #expect(
            judgement.findings.first?.message.hasSuffix(
                "; mount.lustre 4711 in ptlrpc_set_wait, state I") == true)
        #expect(judgement.findings.first?.remedy?.contains("reboot") == true)
    }

    @Test("A port that is not Lustre's own is named in the remedy")
    func port() async throws {
        let node = try MountNode()
        try node.root.write("options lnet accept_port=6988\n", to: "etc/modprobe.d/x.conf")
        try node.program(
            "lctl", "printf '%s\\n' osc.czrc3amv-OST0003-osc-f.state= 'current_state: DISCONN'")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["ost_disconnected"])
        #expect(
            judgement.findings.first?.remedy
                == "check the file system's servers, and TCP 6988 to them")
    }

    @Test("Connections that others than root may not read are told as that")
    func rights() async throws {
        let node = try MountNode()
        try node.program("id", "if [ \"$1\" = -u ]; then echo 1000; else echo ubuntu; fi")
        try node.program(
            "lctl",
            "echo \"error: get_param: param_path 'mdc/*/import': No such file or directory\"; exit 2"
        )
        let unread = try await node.checked().facts["imports_unread"]?.text ?? ""
        #expect(unread.hasPrefix("only root may read them, and ubuntu has no password-less sudo"))
        #expect(unread.contains("No such file or directory"))
    }
}
