import FanOut
import SlurmModel
import Testing
@testable import Verdicts

@Suite struct MountLustreTests {
    @Test func alreadyMounted() {
        let judgement = LustreAnswer().with("already", "1").repaired()
        #expect(judgement.findings == [])
        #expect(judgement.facts["already_mounted"] == .bool(true))
        #expect(judgement.facts["steps"] == .list([]))
    }

    @Test func repaired() {
        let judgement = LustreAnswer().after(
            "module-load done loaded lustre", "mount done mounted a b  c"
        ).repaired()
        #expect(judgement.verdict == .ok)
        #expect(judgement.findings.map(\.code) == ["mount.step.module-load", "mount.step.mount"])
        #expect(judgement.findings.allSatisfy { $0.severity == .info })
        #expect(judgement.findings.last?.message == "mounted a b  c")
        #expect(judgement.facts["already_mounted"] == .bool(false))
        #expect(
            judgement.facts["steps"]
                == .list([
                    .object([
                        "name": .string("module-load"), "succeeded": .bool(true),
                        "message": .string("loaded lustre"), "mount_point": .null,
                    ]),
                    .object([
                        "name": .string("mount"), "succeeded": .bool(true),
                        "message": .string("mounted a b  c"), "mount_point": .null,
                    ]),
                ]))
    }

    /// Steps that went well do not make a mount: the mount is looked at afterwards.
    @Test func doneAndNotMounted() {
        let judgement = LustreAnswer.unmounted.after("mount done mounted x").repaired()
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map(\.code) == ["mount.not_mounted", "mount.step.mount"])
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let step: String
        let message: String
        let cause: String
        let remedy: String
        var testDescription: String { "\(step): \(message)" }

        init(_ step: String, _ message: String, _ cause: String, _ remedy: String) {
            (self.step, self.message, self.cause, self.remedy) = (step, message, cause, remedy)
        }

        init(_ step: String, _ message: String, _ remedy: String) {
            self.init(step, message, "", remedy)
        }
    }

    /// The tools' own messages, as they were seen.
    @Test(arguments: [
        Failure(
            "mount",
            "mount.lustre: mount S at /lustre failed: No such device Are the lustre "
                + "modules loaded? Check /etc/modprobe.conf and /proc/filesystems (exit 19)",
            "no client module for the running kernel",
            "install lustre-client-modules for this kernel"),
        Failure(
            "mount",
            "failed: No such file or directory Is the MGS specification correct? Is the "
                + "filesystem name correct? (exit 2)",
            "the server knows no file system of that name", "compare the source"),
        Failure(
            "mount", "mount.lustre: mount S at /lustre failed: Connection timed out (exit 110)",
            "the server cannot be reached", "open TCP 988"),
        Failure(
            "mount", "failed: Input/output error Is the MGS running? (exit 5)",
            "the server refused, or an incompatible client release", "compare the client's"),
        Failure(
            "mount", "Can't parse NID 'h@tcp' (exit 22)", "the server's name does not resolve",
            "check the source's name and DNS"),
        Failure(
            "mount", "mount: /lustre: wrong fs type, bad option, bad superblock (exit 32)",
            "mount.lustre is not installed", "install the Lustre client utilities"),
        Failure(
            "mount", "mount did not return within 200 s", "the servers do not answer",
            "check the file system's servers"),
        Failure(
            "module-load",
            "modprobe: ERROR: could not insert 'lustre': Key was rejected by service",
            "Secure Boot refuses the unsigned module", "install a signed module"),
        Failure(
            "module-load", "modprobe: FATAL: Module lustre not found in directory /lib/modules/K",
            "no client module for the running kernel", "install lustre-client-modules for"),
        Failure("module-load", "modprobe: something new", "see dmesg on the node"),
        Failure(
            "module-package", "E: dpkg was interrupted, you must manually run",
            "an earlier installation was cut off", "fleet mount-lustre --repair-dpkg"),
        Failure(
            "module-package", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held",
            "another package manager is at work on the node", "wait for it to end"),
        Failure(
            "module-package",
            "no package lustre-client-modules-6.8 in the repositories; there is "
                + "one for: 6.5", "its kernel is newer than the packages", "boot a kernel that has"),
        Failure(
            "package-index", "W: Failed to fetch http://x E: Some index files failed",
            "the package repository cannot be reached", "check the node's network"),
        Failure(
            "module-package", "dpkg: error: No space left on device", "the node's disk is full",
            "free space on the node"),
        Failure("rights", "needs root (user ubuntu)", "run fleet as root"),
        Failure("fstab", "no lustre line for /lustre in /etc/fstab", "give it: fleet mount-lustre"),
        Failure("mount-table", "something else is mounted", "find out who mounted it"),
        Failure("directory", "/lustre is not mounted and holds files", "move the files away"),
    ])
    func failures(_ given: Failure) throws {
        // Even where the rest of the answer looks healthy, or never came.
        for rest in [LustreAnswer.unmounted, LustreAnswer(), LustreAnswer().with("end", nil)] {
            let judgement = rest.after("\(given.step) failed \(given.message)").repaired()
            try #require(judgement.findings.count == 1)
            let finding = judgement.findings[0]
            #expect(finding.severity == .fail)
            #expect(finding.code == "mount.step.\(given.step)")
            let cause = given.cause.isEmpty ? "" : " (\(given.cause))"
            #expect(finding.message == "\(given.step) failed: \(given.message)\(cause)")
            #expect(finding.remedy?.hasPrefix(given.remedy) == true, "\(finding.text)")
        }
    }

    @Test func unknownStep() {
        let judgement = LustreAnswer.unmounted.after("dance failed busy").repaired()
        #expect(judgement.findings.map(\.text) == ["/lustre: dance failed: busy"])
    }

    /// Lines that are no steps are left out, and the mount is judged alone.
    @Test(arguments: ["", "mount", "mount maybe x", "done", " done x y"])
    func oddSteps(_ line: String) {
        let judgement = LustreAnswer().after(line).repaired()
        #expect(judgement.verdict == .ok)
    }

    @Test func withoutAnswer() {
        let bytes = Array("step=module-load done loaded lustre\n".utf8)
        let late = LustreAnswer.repaired(
            NodeResult(node: "n", outcome: .timedOut, reason: "still running", stdout: bytes))
        #expect(late.verdict == .unknown)
        #expect(
            late.findings.map(\.text) == ["still running, after module-load: loaded lustre"])
        #expect(late.facts["mounted"] == .null)

        let whole = Array(LustreAnswer().text.utf8)
        for outcome in Outcome.allCases where outcome != .finished && outcome != .notRun {
            let result = NodeResult(node: "n", outcome: outcome, stdout: whole)
            #expect(LustreAnswer.repaired(result).verdict > .warn, "\(outcome)")
        }
    }

    @Test func everyCut() {
        let bytes = Array(LustreAnswer().after("mount done mounted x").text.utf8)
        for length in 0..<(bytes.count - 1) {
            let result = NodeResult(
                node: "n", outcome: .finished, exit: .exited(0), stdout: Array(bytes[..<length]))
            #expect(LustreAnswer.repaired(result).verdict == .unknown, "\(length)")
        }
    }
}
