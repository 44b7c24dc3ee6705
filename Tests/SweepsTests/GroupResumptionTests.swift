@testable import FanOut
import Foundation
import GPUCheck
import Probes
@testable import Runs
import SlurmModel
@testable import Sweeps
import TestSupport
import Testing
@testable import Verdicts

/// The answers that a group's `srun` still brings once its fleet is gone.
@Suite("Going on with groups") struct GroupResumptionTests {
    private static let nodes = ["g1", "g2", "g3"]

    private static func resumption(_ run: TestRun) -> GroupResumption {
        GroupResumption(
            run: StoredRun(run.directory, kinds: .all),
            manifest: RunManifest(
                plan: run.plan, specification: GPUCheckSpecification(timeout: 9),
                command: ["fleet"], user: "ann", cluster: "demo", started: 1, nodeCount: 3,
                nodes: "g[1-3]", head: nil, isStrict: false, ignoresNotRun: false))
    }

    private static func group(_ run: TestRun) throws -> String {
        let path = run.directory.groupPath(for: run.plan.key(node: "g1", job: "srun-1"))
        try run.directory.keepGroup(path, nodes: nodes)
        return path
    }

    /// What a task of a group sends of a node.
    private static func lines(
        _ task: Int, as node: String, of owner: String? = nil, nonce: String = "secret",
        _ text: String = "ok\n"
    ) -> String {
        let trailer =
            "fleet-record/1 run=r1 node=\(owner ?? node) nonce=\(nonce) job=srun-1 status=0 timed_out=0 ended=0 setup=0 hundredths=5 stdout=\(text.utf8.count) stderr=0"
        return [
            "fleet-begun/1 \(nonce) \(node)", Data(text.utf8).base64EncodedString(), trailer,
            "fleet-sent/1 \(nonce)",
        ].map { "\(task): \($0)\n" }.joined()
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private static let launchers = Dictionary(
        uniqueKeysWithValues: nodes.map { ($0, Launcher.srun) })

    @Test("Cut anywhere and read on, a group's output brings every node's record once")
    func pieces() throws {
        let whole = Self.nodes.enumerated().map { Self.lines($0, as: $1, "of \($1)\n") }.joined()
        for step in [61, 400] {
            let run = try TestRun()
            let path = try Self.group(run)
            var resumption = Self.resumption(run)
            for length in stride(from: 0, to: whole.utf8.count + step, by: step) {
                try Self.write(String(whole.prefix(length)), to: path)
                resumption.keepRecords(of: Self.launchers)
            }
            try Self.write(whole, to: path)
            resumption.keepRecords(of: Self.launchers)
            #expect(
                try run.records().filter { !$0.hasPrefix(".") } == Self.nodes.map { "\($0).srun-1" }
            )
            for node in Self.nodes {
                let record = try run.directory.record(for: run.plan.key(node: node, job: "srun-1"))
                #expect(String(decoding: record.stdout, as: UTF8.self) == "of \(node)\n")
            }
        }
    }

    @Test("Nodes that have their rows already get no second record")
    func onlyMissing() throws {
        let run = try TestRun()
        let path = try Self.group(run)
        try Self.write(Self.nodes.enumerated().map { Self.lines($0, as: $1) }.joined(), to: path)
        var resumption = Self.resumption(run)
        resumption.keepRecords(of: ["g2": .srun])
        #expect(try run.records().filter { !$0.hasPrefix(".") } == ["g2.srun-1"])
    }

    @Test("No node answers for another, with a guessed nonce, or in halves")
    func hostile() throws {
        for text in [
            // Task 0 is g1 and says that it is g2; g2 is silent.
            Self.lines(0, as: "g2"),
            // It names itself, and brings a record of another.
            Self.lines(0, as: "g1", of: "g2"), Self.lines(0, as: "g1", nonce: "guess"),
            Self.lines(7, as: "g1"), Self.lines(-1, as: "g1"), Self.lines(0, as: "other"),
            Self.lines(0, as: "../../g1"),
            // Its last line never came.
            String(Self.lines(0, as: "g1").dropLast(20)),
            Self.lines(0, as: "g1").replacing("stdout=3", with: "stdout=4"), "\u{0}\n\n: \n0:\n",
        ] {
            let run = try TestRun()
            try Self.write(text, to: try Self.group(run))
            var resumption = Self.resumption(run)
            resumption.keepRecords(of: Self.launchers)
            #expect(try run.records().filter { !$0.hasPrefix(".") } == [], "\(text)")
        }
    }

    @Test("A group of which no list of nodes is left brings nothing, and stops nobody")
    func noNodes() throws {
        let run = try TestRun()
        let path = try Self.group(run)
        try FileManager.default.removeItem(atPath: path + ".nodes")
        try Self.write(Self.lines(0, as: "g1"), to: path)
        var resumption = Self.resumption(run)
        resumption.keepRecords(of: Self.launchers)
        #expect(try run.records().filter { !$0.hasPrefix(".") } == [])
    }
}
