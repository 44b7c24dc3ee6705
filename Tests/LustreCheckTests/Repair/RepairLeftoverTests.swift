import Foundation
@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// What a repair leaves behind, and what it clears of others that were killed.
@Suite("What mount-lustre leaves behind", .timeLimit(.minutes(20)))
struct RepairLeftoverTests {
    @Test(
        "What even KILL does not end leaves the job, and the row says so", arguments: ["yes", "no"])
    func unkillable(moved: String) async throws {
        var bench = try RepairBench()
        bench.settings.mountSeconds = 1
        // Its deadline does not come, as where the process that is to be ended does not end.
        bench.programs["timeout"] = """
            case "$*" in
            *' mount '*) exec sleep 100 ;;
            esac
            while [ "${1#-}" != "$1" ]; do case $1 in -k) shift ;; esac; shift; done
            shift
            exec "$@"
            """
        bench.functions = """
            leave_job() { echo "leave_job" >>"$FLEET_ROOT/log"; say left_behind "$1 \(moved)"; }
            is_gone() { false; }
            """
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        let words =
            moved == "yes"
            ? "cannot be killed, and was moved out of the job"
            : "cannot be killed and is still in the job"
        #expect(
            finding.message.hasPrefix(
                "mount failed: mount did not return within 1 s; its process \(words)"),
            "\(finding.message)")
        #expect(ended.log.contains("leave_job"))
        #expect(ended.answer.isComplete)
    }

    @Test("Only who holds the node's lock clears what a killed repair left")
    func workFolders() async throws {
        let folder = "run/fleet-mount.Xy12ab"
        var bench = try RepairBench()
        // A kernel without a package: the look for others needs a folder to work in.
        bench.repair.toKernel = "6.9.0-1-none"
        let usual = bench.programs["apt-cache"] ?? ""
        bench.programs["apt-cache"] = """
            case "$*" in *lustre-client-modules-6.9.0*) exit 0 ;; esac
            \(usual)
            """
        try bench.root.write("x", to: folder + "/status")
        let printed = try await bench.run()
        #expect(printed.steps == ["to-kernel failed"], "\(printed.output)")
        #expect(FileManager.default.fileExists(atPath: bench.root.path + "/" + folder))
        bench.repair.toKernel = nil
        #expect(try await bench.run().judgement.verdict == .ok)
        #expect(!FileManager.default.fileExists(atPath: bench.root.path + "/" + folder))
    }

    @Test("A rehearsal clears what killed ones left, and no folder of one beside it")
    func planFolders() async throws {
        var bench = try RepairBench()
        bench.repair.isRehearsal = true
        for name in ["fleet-plan.a1", "fleet-plan.b2", "fleet-mount.c3"] {
            try bench.root.write("x", to: "run/\(name)/status")
        }
        for name in ["fleet-plan.a1", "fleet-mount.c3"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -7_200)],
                ofItemAtPath: bench.root.path + "/run/" + name)
        }
        #expect(try await bench.run().judgement.verdict == .ok)
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.root.path + "/run")
        #expect(left.sorted() == ["fleet-mount.c3", "fleet-plan.b2"])
    }
}
