import ArgumentParser
@testable import ClusterView
@testable import Commands
@testable import FanOut
import Foundation
@testable import GPUCheck
@testable import LustreCheck
import Probes
@testable import Reports
@testable import Runs
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// Every shape fleet prints: a change here is a change users and their programs see.
@Suite(.serialized) struct GoldenTests {
    private let status = ClusterStatus(
        cluster: Fixtures.cluster, nodes: Fixtures.nodes, partitionNames: [],
        generated: Fixtures.now)

    @Test func statusTables() throws {
        try Golden.check(status.lines(width: nil), "status")
        try Golden.check(status.lines(width: 80), "status-80")
    }

    @Test func statusJSON() throws {
        try Golden.check(JSONOutput.pretty(status), "status-json")
    }

    @Test func statusOfNothing() throws {
        let none = ClusterStatus(
            cluster: Fixtures.cluster, nodes: [], partitionNames: ["gpu"], generated: Fixtures.now)
        try Golden.check(none.lines(width: 80), "status-empty")
    }

    @Test func runTables() throws {
        let reports = Fixtures.runReports
        for (width, name) in [(nil, "run"), (80, "run-80"), (50, "run-50")] as [(Int?, String)] {
            try Golden.check(RunTable().lines(for: reports, width: width), name)
        }
    }

    @Test("ParallelCluster's long names at 80 and 60 columns, and below: none is split")
    func longNames() throws {
        let reports = Fixtures.gpuReports.enumerated().map { place, report in
            var report = report
            report.result.node = "compute-gpu-st-distributed-ml-\(place + 1)"
            return report
        }
        for width in [80, 60, 50] {
            let lines = GPUFoldedTable().lines(for: reports, width: width)
            try Golden.check(lines, "long-names-\(width)")
            #expect(lines.allSatisfy { $0.count <= width }, "\(width)")
        }
    }

    @Test func runJSON() throws {
        let run = Fixtures.run("run", Fixtures.runReports)
        try Golden.check(JSONOutput.pretty(run.json), "run-json")
        let lines = try run.reports.map { try JSONOutput.line($0.json) }
        #expect(!lines.contains { $0.contains("\n") })
        try Golden.check(lines, "run-jsonl")
    }

    @Test func mountTables() throws {
        let checks = Fixtures.checkReports
        try Golden.check(MountFoldedTable().lines(for: checks, width: nil), "check-mount")
        try Golden.check(MountFoldedTable().lines(for: checks, width: 80), "check-mount-80")
        try Golden.check(MountWideTable().lines(for: checks, width: nil), "check-mount-wide")
        let run = Fixtures.run("check-mount", checks)
        try Golden.check(
            MountMetrics().text(of: run).split(separator: "\n").map(String.init),
            "check-mount-prometheus")
        let mounts = Fixtures.mountReports
        try Golden.check(Fixtures.lines(MountTable(), mounts, width: nil), "mount-lustre")
        try Golden.check(Fixtures.lines(MountTable(), mounts, width: 80), "mount-lustre-80")
    }

    @Test func mountJSON() throws {
        let run = Fixtures.run("mount-lustre", Array(Fixtures.mountReports.prefix(3)))
        try Golden.check(JSONOutput.pretty(run.json), "mount-lustre-json")
    }

    @Test func gpuTables() throws {
        let reports = Fixtures.gpuReports
        try Golden.check(GPUFoldedTable().lines(for: reports, width: nil), "gpu-check")
        try Golden.check(GPUFoldedTable().lines(for: reports, width: 80), "gpu-check-80")
        try Golden.check(GPUWideTable().lines(for: reports, width: nil), "gpu-check-wide")
        try Golden.check(Fixtures.lines(GPUTable(), reports, width: nil), "gpu-check-gpus")
        try Golden.check(Fixtures.lines(GPUTable(), reports, width: 80), "gpu-check-gpus-80")
        let csv = ReportCSV(isTerminal: false, columns: GPUFoldedTable().csv)
        try Golden.check(
            String(decoding: csv.heading + reports.flatMap(csv.row), as: UTF8.self)
                .replacing("\r\n", with: "\n"), "gpu-check-csv")
    }

    @Test func gpuJSON() throws {
        let run = Fixtures.run("gpu-check", Fixtures.gpuReports)
        try Golden.check(JSONOutput.pretty(run.json), "gpu-check-json")
    }

    @Test func closings() throws {
        let lines = [
            Fixtures.run("run", Fixtures.runReports), Fixtures.run("run", []),
            Fixtures.run("run", Array(Fixtures.runReports.prefix(1))),
            Fixtures.run("check-mount", Fixtures.checkReports),
        ].map { RunClosing.line(for: $0) }
        try Golden.check(lines, "closing")
    }

    @Test func manifest() throws {
        let folder = try TemporaryFolder()
        let run = try StoredRun(
            RunDirectory.create(
                base: folder.path, id: RunID("20261123-140211-7f3a"), nonce: "0123"), kinds: .all)
        let payload = Payload(arguments: ["sh", "-c", "a 'b'\n\u{1b}"], timeout: 60)
        try run.begin(
            Fixtures.manifest(CommandSpecification(payload: payload)),
            targets: [Fixtures.healthy, Fixtures.drained].map(Fixtures.planner().plan))
        let manifest = try #require(try run.directory.read("run.json"))
        try Golden.check(String(decoding: manifest, as: UTF8.self), "manifest-json")
        let targets = try #require(try run.directory.read("targets.json"))
        try Golden.check(String(decoding: targets, as: UTF8.self), "targets-json")
    }

    @Test(arguments: [
        "", "health", "nodes", "node", "status", "gpu-check", "mount-lustre", "check-mount",
        "check", "checks", "run",
        "runs",
        "runs list", "runs prune", "attach", "show", "cancel", "history", "history show",
        "history forget", "drain", "resume", "reboot", "config", "doctor", "completion",
    ])
    func help(_ command: String) throws {
        var type: any ParsableCommand.Type = FleetCommand.self
        for word in command.split(separator: " ") {
            type = try #require(
                type.configuration.subcommands.first { $0._commandName == word })
        }
        // Asked once: the parser takes long to say it.
        let all = FleetCommand.helpMessage(for: type, columns: HelpText.unbroken)
        let name = type.configuration.commandName ?? ""
        let words = HelpTextTests.words(CommandFormats.corrected(all, of: name))
        let taken = HelpText(all, command: name)
        let lines = taken.lines(width: 80)
        let text = lines.joined(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        // Nothing of what the parser says is lost, at any width.
        for width in [40, 60, 80, 200] {
            let shown = taken.lines(width: width).joined(separator: " ")
            #expect(HelpTextTests.words(shown) == words)
        }
        let file = command.split(separator: " ").joined(separator: "-")
        try Golden.check(text, "help" + (file.isEmpty ? "" : "-" + file))
    }
}
