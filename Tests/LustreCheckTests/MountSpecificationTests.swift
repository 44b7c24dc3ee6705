import FanOut
@testable import LustreCheck
import SlurmModel
import Testing
import Verdicts

/// What the mount commands keep of a row, and what they send.
@Suite("What the mount commands ask and keep")
struct MountSpecificationTests {
    private static func row(_ answer: LustreAnswer, _ probe: any Probe) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: "n", outcome: .finished, exit: .exited(0), stdout: Array(answer.text.utf8)),
            node: nil, probe: probe)
    }

    @Test("A verdict names the mounts that the node itself named, and keeps no information")
    func results() throws {
        let specification = CheckMountSpecification(LustreSettings(), timeout: 30)
        let answer = LustreAnswer().with("automatic_upgrades", "yes").with("mount_options", "ro")
        let report = Self.row(answer, specification.probe)
        let result = try #require(specification.results(of: report).first)
        #expect(result.verified == ["/lustre"])
        #expect(result.findings.map(\.code) == ["mount.read_only", "mount.options"])
        let silent = NodeReport(
            result: NodeResult(node: "n", outcome: .notRun), judgement: nil, node: nil)
        #expect(specification.results(of: silent).isEmpty)
    }

    @Test("A rehearsal, and commands for another kernel, leave no verdict behind")
    func rehearsal() {
        var repair = RepairSettings()
        let answer = LustreAnswer().after("mount done mounted x")
        func results(_ repair: RepairSettings) -> Int {
            let specification = MountLustreSpecification(
                LustreSettings(), repair: repair, timeout: 600)
            return specification.results(of: Self.row(answer, specification.probe)).count
        }
        #expect(results(repair) == 1)
        repair.isRehearsal = true
        #expect(results(repair) == 0)
        (repair.isRehearsal, repair.toKernel) = (false, "6.8.0-9-x")
        #expect(results(repair) == 0)
    }

    @Test(
        "Starts are spread by the number of nodes, and never against the user's word",
        arguments: [
            (1, nil, 0), (33, nil, 2), (800, nil, 50), (10_000, nil, 60), (10_000, 5, 5), (1, 0, 0),
        ]
            as [(Int, Int?, Int)])
    func spread(_ nodes: Int, _ given: Int?, _ seconds: Int) {
        var repair = RepairSettings()
        repair.jitterSeconds = given
        let specification = MountLustreSpecification(LustreSettings(), repair: repair, timeout: 600)
        let sent = specification.spread(over: nodes).probe.payload.arguments
        #expect(sent.contains("FLEET_JITTER=\(seconds)"))
    }

    @Test("Nodes are compared after a repair, and not where nothing was done")
    func review() {
        let other = LustreAnswer().with("mount_source", "10.9.9.9@tcp:/other")
            .with("fstab_source", "10.9.9.9@tcp:/other")
        func codes(_ repair: RepairSettings) -> [[String]] {
            let probe = MountLustreProbe(settings: LustreSettings(), repair: repair, timeout: 600)
            let rows = [LustreAnswer(), other, LustreAnswer()].map { Self.row($0, probe) }
            return probe.review(rows).map { $0.judgement?.mountCodes ?? [] }
        }
        #expect(codes(RepairSettings()) == [[], ["odd.source"], []])
        var look = RepairSettings()
        look.isRehearsal = true
        #expect(codes(look) == [[], [], []])
    }

    @Test("What mount-lustre cannot repair has another next step")
    func otherTypes() throws {
        var settings = LustreSettings()
        let lost = LustreAnswer.unmounted.with("types", "nfs4").with("fstab_type", "nfs4")
            .with("fstab_source", "")
        func remedy(_ types: [String]?) throws -> String {
            settings.fstabTypes = types
            return try #require(lost.checked(settings).findings.first?.remedy)
        }
        #expect(try remedy(["nfs4"]) == "mount it on the node, as its fstab says")
        #expect(try remedy(nil).contains("fleet mount-lustre"))
        #expect(try remedy(["lustre", "nfs4"]).contains("fleet mount-lustre"))
        // A node that has no such line has nothing to be looked at, and is no fault.
        settings.fstabTypes = ["nfs4"]
        let none = LustreAnswer.checked(Array("applies=no\nend=1\n".utf8), settings)
        #expect(none.findings.isEmpty && none.facts == ["applies": .bool(false)])
        #expect(LustreAnswer.checked(Array("applies=no\n".utf8), settings).verdict == .unknown)
        settings.fstabTypes = nil
        let lustre = LustreAnswer.checked(Array("applies=no\nend=1\n".utf8), settings)
        #expect(lustre.verdict == .unknown)
    }

    @Test("The options of a new line are those of its entry, unless the node's fstab has its own")
    func entries() {
        var repair = RepairSettings()
        repair.entries = [
            RepairEntry(source: LustreAnswer.source, mountPoint: "/lustre", options: "flock")
        ]
        let probe = MountLustreProbe(settings: LustreSettings(), repair: repair, timeout: 600)
        func codes(_ fstab: String?, _ options: String) -> [String] {
            let answer = LustreAnswer().with("fstab_options", fstab).with("mount_options", options)
            return Self.row(answer, probe).judgement?.mountCodes ?? []
        }
        #expect(codes(nil, "rw,flock") == [] && codes(nil, "rw") == ["options"])
        #expect(codes("noatime", "rw") == [])
    }

    /// The time for one answer is what is left of the payload's, so that a hang is told before the node is given up.
    @Test(
        "A payload's time, and what of it an answer has",
        arguments: [
            (1, 1, 1), (3, 1, 1), (4, 1, 1), (5, 2, 2), (13, 10, 10), (14, 10, 11), (600, 10, 597),
        ])
    func seconds(_ timeout: Int, _ answer: Int, _ deadline: Int) {
        let sent = CheckMountProbe(settings: LustreSettings(), timeout: timeout).payload.arguments
        #expect(sent.contains("FLEET_ANSWER_SECONDS=\(answer)"))
        #expect(sent.contains("FLEET_DEADLINE_SECONDS=\(deadline)"))
    }

    @Test(
        "Scopes of checks that ask different things are different, whatever order they are named in"
    )
    func scopes() {
        var names: Set<String> = []
        for (types, fstab, expect, canary) in [
            ([], nil, [], nil), (["nfs"], nil, [], nil), ([], ["nfs4"], [], nil),
            ([], nil, ["data"], nil), ([], nil, [], MountCanary()),
            ([], nil, [], MountCanary(sample: 20)), ([], nil, [], MountCanary(folder: "tmp")),
        ] as [([String], [String]?, [String], MountCanary?)] {
            var settings = LustreSettings()
            (settings.otherTypes, settings.fstabTypes) = (types, fstab)
            (settings.expectedFolders, settings.canary) = (expect, canary)
            let scope = settings.scope()
            names.insert("\(scope.check) \(scope.details)")
            #expect(scope.label == settings.checkName("check-mount"))
        }
        #expect(names.count == 7)
    }
}
