import ArgumentParser
@testable import Commands
@testable import FanOut
import Foundation
@testable import LustreCheck
@testable import Reports
import SlurmModel
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

@Suite struct RepairFlagsTests {
    @Test(arguments: [
        ["--jitter", "-1"], ["--jitter", "3601"], ["--to-kernel", "-x"], ["--to-kernel", "a b"],
        ["--to-kernel", ""], ["--options", "a b"], ["--options", "a;b"], ["--options", ""],
        ["--fetch-dir", "relative"], ["--fetch-dir", "/a b"],
    ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try MountLustreCommand.parse(arguments) }
    }

    @Test func parsed() throws {
        let command = try MountLustreCommand.parse([
            "--options", "flock,x=y", "--persist", "--from-head", "--jitter", "0", "--to-kernel",
            "6.8.0-1039-aws", "--fetch-dir", "/shared", "--force", "--repair-dpkg",
        ])
        #expect(command.repair.mountOptions == "flock,x=y" && command.repair.jitter == 0)
    }

    @Test func headTable() throws {
        let folder = try TemporaryFolder()
        try folder.write("1@tcp:/a /lustre lustre o 0 0\n2@tcp:/b /fsx lustre o 0 0\n", to: "fstab")
        let path = folder.path + "/fstab"
        #expect(try HeadFstab.entries(path: path, mountPoints: []).count == 2)
        let fsx = try HeadFstab.entries(path: path, mountPoints: ["/fsx"])
        #expect(fsx.map(\.source) == ["2@tcp:/b"])
        let none = #expect(throws: UsageError.self) {
            try HeadFstab.entries(path: path, mountPoints: ["/x"])
        }
        #expect(none?.description.contains("no lustre line for /x") == true)
        #expect(throws: UsageError.self) {
            try HeadFstab.entries(path: path + "/none", mountPoints: [])
        }
    }

    @Test(
        arguments: [
            ([:], 0, 80, "12/64 done, 5 running, 47 to submit"),
            (
                ["installing the module": 3], 1, 80,
                "12/64 done, 3 installing the module, 2 running, 47 to submit, 1 failed"
            ),
            (
                ["a": 1, "b": 2, "c": 1, "d": 1], 0, 80,
                "12/64 done, 2 b, 1 a, 1 c, 1 running, 47 to submit"
            ),
            (["installing the module": 5], 0, 30, "12/64 done, 5 installing the"),
        ] as [([String: Int], Int, Int, String)])
    func progressLine(_ stages: [String: Int], _ failed: Int, _ width: Int, _ words: String) {
        var progress = FanOutProgress(total: 64)
        (progress.done, progress.running, progress.queued) = (12, 5, 47)
        progress.stages = stages
        #expect(ProgressLine.words(progress, failed: failed, width: width) == words)
    }

    private static func plan(_ node: String, _ answer: String) -> NodeReport {
        var repair = RepairSettings()
        repair.isRehearsal = true
        let probe = MountLustreProbe(settings: LustreSettings(), repair: repair, timeout: 600)
        return Fixtures.finished(node, answer, probe: probe)
    }

    @Test func planTable() throws {
        let install = """
            plan=package-fetch apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold --download-only install lustre-client-modules-6.8.0-1043-aws
            plan=module-package apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install lustre-client-modules-6.8.0-1043-aws
            plan=module-load modprobe lustre
            at=/lustre
            plan=mount mount /lustre
            end=1

            """
        let probe = MountLustreProbe(settings: LustreSettings(), timeout: 600)
        let reports = [
            Self.plan("gpu-1", "already=1\nend=1\n"), Self.plan("gpu-2", install),
            Self.plan("gpu-3", install),
            Self.plan("gpu-4", "plan=module-load modprobe lustre\nend=1\n"),
            Self.plan(
                "gpu-5",
                "step=rights failed needs root or password-less sudo on this node (user u)\nend=1\n"
            ),
            Self.plan("gpu-6", "plan=mount mount /lustre\n"),
            Fixtures.notRun(Fixtures.drained, as: "gpu-7", probe: probe),
        ]
        try Golden.check(RepairPlanTable().lines(for: reports, width: nil), "mount-plan")
        try Golden.check(RepairPlanTable().lines(for: reports, width: 80), "mount-plan-80")
    }

    @Test("A plan tells the change's way to the node, not the look's")
    func planDocument() throws {
        let probe = MountLustreProbe(settings: LustreSettings(), timeout: 600)
        let busy = Target(
            node: Node(name: "gpu-1"),
            decision: .dispatch(Target.Dispatch(.job, partition: "gpu", isExclusive: true)))
        let drained = Fixtures.planner().plan(Fixtures.drained)
        let dryRun = DryRun(targets: [busy, drained], head: nil)
        var look = Self.plan("gpu-1", "plan=module-load modprobe lustre\nend=1\n")
        look.result.launcher = .direct
        let reports = [look, Fixtures.notRun(Fixtures.drained, probe: probe)]
        let text = try JSONOutput.pretty(dryRun.json(with: reports))
        #expect(text.contains("\"schema\" : \"fleet.plan/1\""))
        #expect(text.contains("\"launcher\" : \"job\"") && !text.contains("direct"))
        #expect(text.contains("\"command\" : \"modprobe lustre\""))
        #expect(text.contains("\"verdict\" : null") && text.contains("\"plan\" : null"))
        let lines = RepairPlanTable(dryRun).lines(for: reports, width: nil)
        #expect(lines.contains { $0.hasPrefix("gpu-1") && $0.hasSuffix("job, whole node") })
    }
}
