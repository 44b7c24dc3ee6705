import Foundation
@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// The rungs that touch a mount: deadlines, object targets and trial files.
@Suite("How check-mount touches a mount", .timeLimit(.minutes(20)))
struct MountTouchTests {
    @Test(
        "A mount that does not answer is told by its deadline, and nothing is waited for",
        arguments: ["/bin/sh", "/bin/bash"])
    func hung(shell: String) async throws {
        let node = try MountNode()
        // What even KILL does not reach: a process of another session, which keeps what it was given open.
        try node.program("stat", "setsid sleep 150 & sleep 150")
        var settings = node.settings
        settings.answerSeconds = 1
        let clock = ContinuousClock()
        let start = clock.now
        let judgement = try await node.checked(settings, shell: shell)
        #expect(clock.now - start < .seconds(75))
        #expect(judgement.mountCodes == ["hung"])
        #expect(judgement.findings.first?.message == "does not answer (1 s)")
        #expect(judgement.facts["state"] == .string("hung"))
    }

    @Test("Several mounts are touched at the same time: one that hangs delays no other")
    func several() async throws {
        let node = try MountNode()
        let other = try TemporaryFolder()
        try node.mount(type: "lustre", source: "10.9.9.9@tcp:/other", at: other.path)
        try node.program(
            "stat",
            """
            case $* in *\(node.point.path)) exec sleep 60 ;; esac
            echo 4096 1000 400 300 5000 4000 bd00bd0
            """)
        var settings = node.settings
        settings.points.append(other.path)
        settings.answerSeconds = 1
        let judgement = try await node.checked(settings)
        #expect(judgement.mountCodes == ["hung"])
        let mounts = judgement.facts["mounts"]?.elements.map(\.fields) ?? []
        #expect(mounts.map { $0["state"]?.text } == ["hung", "ok"])
        #expect(mounts.last?["size_bytes"] == .int(4_096_000))
    }

    @Test(
        "An error of statfs",
        arguments: ["Transport endpoint is not connected", "Permission denied"])
    func errors(cause: String) async throws {
        let node = try MountNode()
        try node.program(
            "stat", "echo \"stat: cannot read file system information: \(cause)\" >&2; exit 1")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == [cause == "Permission denied" ? "denied" : "stale"])
        #expect(judgement.findings.first?.message.contains(cause) == true)
    }

    private static let df = """
        UUID                   1K-blocks        Used   Available Use% Mounted on
        czrc3amv-MDT0000_UUID   34133968      970864    33161056   3% /lustre[MDT:0]
        czrc3amv-OST0000_UUID 1000000 100000 900000 10% /lustre[OST:0]
        czrc3amv-OST000b_UUID 1000000 990000 10000 99% /lustre[OST:11]
        czrc3amv-OST000c_UUID 1000000 920000 80000 92% /lustre[OST:12]
        czrc3amv-OST000d_UUID  : Resource temporarily unavailable

        filesystem_summary:   3000000 2010000 990000 67% /lustre
        """

    @Test("One full OST is found, whatever df says of the whole")
    func objectTargets() async throws {
        let node = try MountNode()
        try node.program("lfs", "cat <<'X'\n\(Self.df)\nX")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["ost_full", "ost_space", "ost_unread"])
        #expect(judgement.findings.first?.message == "OST000b is 99 % full")
        #expect(judgement.mountFacts["osts"]?.elements.count == 3)
        #expect(judgement.facts["state"] == .string("degraded"))
    }

    @Test("lfs df that hangs while statfs answers: an OST is dead")
    func deadObjectTarget() async throws {
        let node = try MountNode()
        try node.program("lfs", "exec sleep 60")
        var settings = node.settings
        settings.answerSeconds = 1
        let judgement = try await node.checked(settings)
        #expect(judgement.mountCodes == ["ost_hung"])
        #expect(judgement.mountFacts["size_bytes"] == .int(4_096_000))
    }

    private func canary(_ node: MountNode, _ canary: MountCanary = MountCanary()) async throws
        -> Judgement
    {
        var settings = node.settings
        settings.canary = canary
        return try await node.checked(settings)
    }

    @Test("A trial file is written, read back and removed, on every OST; nothing stays")
    func trial() async throws {
        let node = try MountNode()
        let plain = try await canary(node)
        #expect(plain.findings == [] && plain.mountFacts["canary"] == .string("1 of 1 ok"))
        try node.program(
            "lfs",
            """
            case $1 in
            df) cat <<'X'
            a-OST0000_UUID 1000 100 900 10% /lustre[OST:0]
            a-OST0003_UUID 1000 100 900 10% /lustre[OST:3]
            X
            ;;
            setstripe)
                echo "$3" >>\(node.root.path)/stripes
                for last; do :; done
                : >"$last"
                ;;
            esac
            """)
        try node.point.write("", to: "canaries/keep")
        let striped = try await canary(node, MountCanary(folder: "canaries"))
        #expect(striped.findings == [] && striped.mountFacts["canary"] == .string("2 of 2 ok"))
        let stripes = try String(contentsOfFile: node.root.path + "/stripes", encoding: .utf8)
        #expect(stripes == "0\n3\n")
        let left = try FileManager.default.contentsOfDirectory(
            atPath: node.point.path + "/canaries")
        #expect(left == ["keep"])
    }

    /// With very many targets the check's time ends before the trials do: that is nobody's fault.
    @Test("No trial is begun without the time for its answer, and the rest is told")
    func untried() async throws {
        var node = try MountNode()
        node.timeout = 10
        try node.program(
            "lfs",
            """
            case $1 in
            df) for i in $(seq 0 59); do echo "a-OST00$i 1000 100 900 10% /lustre[OST:$i]"; done ;;
            setstripe)
                sleep 0.3
                for last; do :; done
                : >"$last"
                ;;
            esac
            """)
        var settings = node.settings
        settings.answerSeconds = 3
        settings.canary = MountCanary()
        let judgement = try await node.checked(settings)
        #expect(judgement.mountCodes == ["canary_untried"])
        #expect(judgement.verdict == .unknown)
        #expect(judgement.findings.first?.message.contains("further OSTs") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: node.point.path) == [])
    }

    @Test(
        "A trial that hangs is told, and its file does not stay",
        arguments: ["/bin/sh", "/bin/bash"])
    func hungTrial(shell: String) async throws {
        let node = try MountNode()
        try node.program(
            "dd",
            """
            for w; do case $w in of=*fleet-canary*) : >"${w#of=}"; touch \(node.root.path)/begun; exec sleep 60 ;; esac; done
            exec /bin/dd "$@"
            """)
        var settings = node.settings
        settings.answerSeconds = 1
        settings.canary = MountCanary()
        let judgement = try await node.checked(settings, shell: shell)
        #expect(judgement.mountCodes == ["hung"])
        #expect(judgement.findings.first?.message.contains("writing a file") == true)
        #expect(FileManager.default.fileExists(atPath: node.root.path + "/begun"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: node.point.path) == [])
    }

    struct Failure: Sendable {
        var program: String
        var body: String
        var code: String
        var message: String
    }

    @Test(
        "A trial that fails names its step",
        arguments: [
            Failure(
                program: "dd", body: "echo 'dd: fsync failed: No space left on device' >&2; exit 1",
                code: "canary", message: "write failed: dd: fsync failed: No space left on device"),
            Failure(
                program: "dd",
                body:
                    "case $* in *of=*fleet-canary*) exec /bin/dd \"$@\" ;; esac; for w; do case $w in of=*) echo other >\"${w#of=}\" ;; esac; done",
                code: "canary", message: "read failed: what came back differs"),
            Failure(
                program: "rm",
                body:
                    "case $* in *canary*) echo 'rm: cannot remove' >&2; exit 1 ;; esac; exec /bin/rm \"$@\"",
                code: "canary", message: "remove failed: rm: cannot remove"),
        ])
    func failures(_ given: Failure) async throws {
        let node = try MountNode()
        try node.program(given.program, given.body)
        let judgement = try await canary(node)
        #expect(judgement.mountCodes == [given.code])
        #expect(judgement.findings.first?.message.contains(given.message) == true)
    }

    @Test("No trial before the type is proven, where the folder is missing, or off the sample")
    func noTrial() async throws {
        let node = try MountNode()
        let missing = try await canary(node, MountCanary(folder: "none"))
        #expect(missing.mountCodes == ["canary"])
        #expect(missing.findings.first?.message.contains("create failed") == true)
        // One of a million: this node's name is not it.
        let skipped = try await canary(node, MountCanary(sample: 1_000_000))
        #expect(skipped.mountFacts["canary"] == .string("not in the sample"))

        try node.unmount()
        #expect(try await canary(node).mountCodes == ["not_mounted"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: node.point.path) == [])
    }
}
