@testable import FanOut
import Foundation
import GPUCheck
import Glibc
import History
@testable import Platform
import Probes
@testable import Runs
import SlurmModel
@testable import Sweeps
import SystemPackage
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// What fleet knows without Slurm: where runs and their history are, and whose.
@Suite("Without Slurm") struct SiteTests {
    /// A site with variables of its own, whatever is set where the tests run.
    private static func site(_ variables: [String: String] = [:]) throws -> Site {
        try Site(
            environment: ["HOME": "/home/ann", "XDG_CONFIG_HOME": "/none"].merging(variables) {
                $1
            }, slurmFolder: nil)
    }

    @Test(
        "Where runs are kept: a flag, else the setting, else the caller's home",
        arguments: [
            ("/flag", "/set", "/flag"), (nil, "/set", "/set"), ("~/x", "/set", "/home/ann/x"),
            (nil, "~/y", "/home/ann/y"), ("/a/~/b", "/set", "/a/~/b"),
        ] as [(String?, String, String)])
    func runs(_ flag: String?, _ setting: String, _ path: String) throws {
        let site = try Self.site(["FLEET_RUN_DIR": setting])
        #expect(try site.runDirectoryBase(flag) == path)
        #expect(try site.catalog(flag).base == path)
    }

    @Test("A folder is the caller's by name, and a relative one begins where fleet was called")
    func relative() throws {
        let site = try Self.site()
        #expect(
            try site.runDirectoryBase("/r/{user}/runs")
                == "/r/\(Users.name(of: geteuid()))/runs")
        #expect(
            try site.runDirectoryBase("x")
                == "\(FileManager.default.currentDirectoryPath)/x")
        // Without HOME it is the user database's.
        #expect(try Self.site(["HOME": ""]).home == Users.home(of: geteuid()))
        #expect(site.home == "/home/ann")
    }

    @Test("The history lies beside the runs, is the site's for root alone, and may be off")
    func history() throws {
        let own = try Self.site(["FLEET_HISTORY_SITE": "none", "FLEET_RUN_DIR": "/r"])
        #expect(own.history().store(patience: 1)?.path == "/r/history.sqlite")
        #expect(own.history(runs: "/other").store(patience: 1)?.path == "/other/history.sqlite")
        let shared = try Self.site(["FLEET_HISTORY_SITE": "/s/h", "FLEET_RUN_DIR": "/r"])
        #expect(
            shared.history().store(patience: 1)?.path
                == (geteuid() == 0 ? "/s/h" : "/r/history.sqlite"))
        // A file that is set is this user's, root's too.
        let file = try Self.site(["FLEET_HISTORY_SITE": "/s/h", "FLEET_HISTORY_FILE": "~/h"])
        #expect(file.history().store(patience: 1)?.path == "/home/ann/h")
        let off = try Self.site(["FLEET_HISTORY_RECORD": "false"])
        #expect(off.history().store(patience: 1) == nil)
        #expect(off.history().lastVerdicts(cluster: "c").warning == nil)
    }

    @Test("A site's history that cannot be read costs its own verdicts alone, and is told")
    func merged() throws {
        let folder = try TemporaryFolder([
            "site.sqlite": String(repeating: "no database of anybody's\n", count: 400)
        ])
        let console = Console(environment: [:])
        let access = HistoryAccess(
            file: folder.path + "/own.sqlite", others: [folder.path + "/site.sqlite"], keep: 86_400,
            console: console)
        let now = Int(Date().timeIntervalSince1970)
        access.record(HistoryFixtures.record("r", ended: now, nodes: 3))
        let (verdicts, warning) = access.lastVerdicts(cluster: HistoryFixtures.cluster)
        #expect(Set(verdicts.keys) == ["gpu-0", "gpu-1", "gpu-2"])
        let words = try #require(warning)
        #expect(words.hasPrefix("fleet: not all last verdicts: cannot read the history "))
        #expect(words.contains(folder.path + "/site.sqlite"))
        // One file is not read twice.
        let same = HistoryAccess(
            file: folder.path + "/own.sqlite", others: [folder.path + "/own.sqlite"], keep: 86_400,
            console: console)
        #expect(same.lastVerdicts(cluster: HistoryFixtures.cluster).warning == nil)
        #expect(same.lastVerdicts(cluster: "another").verdicts.isEmpty)
    }

    @Test("What stands in the way of a history is told in letters that steer no terminal")
    func hostileProblem() throws {
        let access = HistoryAccess(
            problem: "/h\u{1b}[2J\n: no home", console: Console(environment: [:]))
        let warning = try #require(access.lastVerdicts(cluster: "c").warning)
        #expect(warning.hasPrefix("fleet: no last verdicts: /h"))
        #expect(!warning.unicodeScalars.contains { $0.value < 0x20 })
        #expect(access.all(patience: 1) == nil)
    }

    // MARK: - Runs

    private static func keep(_ id: String, of cluster: String, in base: String) throws {
        let directory = try RunDirectory.create(base: base, id: RunID(id), nonce: "x")
        let plan = RunPlan(
            id: RunID(id), nonce: "x", directory: directory.path,
            payload: Payload(arguments: ["true"], timeout: 9), environment: [])
        try StoredRun(directory, kinds: .all).begin(
            RunManifest(
                plan: plan, specification: GPUCheckSpecification(timeout: 9), command: ["fleet"],
                user: "ann", cluster: cluster, started: 1, nodeCount: 0, nodes: "", head: nil,
                isStrict: false, ignoresNotRun: false), targets: [])
    }

    /// In a process of its own: the kinds of probe are the whole program's.
    @Test("The last run is that of the cluster whose slurm.conf is in force")
    func last() async {
        await #expect(processExitsWith: .success) {
            ProbeKinds.ofProgram = .all
            let folder = try TemporaryFolder([
                "slurm.conf": "ClusterName=one\nSlurmctldHost=localhost\n"
            ])
            let runs = folder.path + "/runs"
            for (id, cluster) in [("r1", "one"), ("r2", "two")] {
                try Self.keep(id, of: cluster, in: runs)
            }
            let site = try Self.site([
                "FLEET_RUN_DIR": runs, "SLURM_CONF": folder.path + "/slurm.conf",
            ])
            try #require(site.run(named: "last").id == "r1")
            try #require(site.run(named: "last", cluster: "two").id == "r2")
            try #require(site.run(named: "r2").id == "r2")
            let read = try site.run(named: "last", runDir: nil, cluster: "two") { $0.id }
            try #require(read == "r2")
            let error = #expect(throws: RunStoreError.self) { try site.run(named: "r3") }
            try #require(error.map { ExitCodes.code(for: $0) } == ExitCodes.usage)
        }
    }

    @Test("The newest run of which something is told, among the newest ones only")
    func newest() throws {
        let folder = try TemporaryFolder(
            Dictionary(
                uniqueKeysWithValues: (10..<60).map { ("20261123-1402\($0)-0000/run.json", "{}") }))
        let site = try Self.site(["FLEET_RUN_DIR": folder.path])
        var seen: [String] = []
        let found = site.newest(runDir: nil) { run -> String? in
            seen.append(run.id)
            return run.id.contains("140257") ? "57" : nil
        }
        #expect(found == "57")
        #expect(seen == [59, 58, 57].map { "20261123-1402\($0)-0000" })
        var count = 0
        let none = site.newest(runDir: nil) { _ -> Int? in
            count += 1
            return nil
        }
        #expect(none == nil && count == 32)
        #expect(site.newest(runDir: folder.path + "/none") { $0.id } == nil)
    }

    @Test("Runs of others are told with their number and their owners, a few of them")
    func strangers() {
        let catalog = RunCatalog(base: "/r\u{1b}", kinds: .all)
        var listing = RunCatalog.Listing()
        #expect(listing.words(catalog) == nil)
        listing.strangers = [4_294_967_001: ["a"]]
        #expect(
            listing.words(catalog)?.hasSuffix(
                ": 1 run of other users (4294967001) passed over") == true)
        #expect(listing.words(catalog)?.contains("\u{1b}") == false)
        listing.strangers[0] = ["b", "c"]
        #expect(
            listing.words(catalog)?.hasSuffix(
                ": 3 runs of other users (root, 4294967001) passed over") == true)
        for user in 4_294_967_002...4_294_967_004 { listing.strangers[uid_t(user)] = ["d"] }
        #expect(
            listing.words(catalog)?.hasSuffix(
                ": 6 runs of other users (root, 4294967001, 4294967002, 4294967003, ...) passed over"
            ) == true)
    }

    @Test("A program that is needed and not there is told with where it was looked for")
    func program() throws {
        let error = #expect(throws: SlurmError.self) {
            try SlurmProgram.check(
                "fleet-no-such-program", attempt: "reboot nodes", ["PATH": "/none:relative"])
        }
        #expect(error?.kind == .configuration && error?.attempt == "reboot nodes")
        #expect(
            error?.cause.hasPrefix("there is no fleet-no-such-program in PATH, nor in /") == true)
        try SlurmProgram.check("sh", attempt: "run", ["PATH": "/usr/bin:/bin"])
    }

    // MARK: - Standard input

    @Test("What a program says of a file that it cannot read is a line")
    func unreadable() async throws {
        let folder = try FileDescriptor.open(FilePath("/"), .readOnly)
        defer { try? folder.close() }
        let input = await #expect(throws: PayloadFileError.self) {
            try await PayloadFiles.spool(folder)
        }
        #expect(
            input?.description.hasPrefix("cannot read standard input: ") == true
                && input?.description.hasSuffix("cat: -: Is a directory") == true
                && input?.description.contains("\n") == false, "\(String(describing: input))")
        let missing = await #expect(throws: PayloadFileError.self) {
            try await PayloadFiles.sha256(of: "/no/such/file")
        }
        #expect(
            missing?.description.hasSuffix(": No such file or directory") == true,
            "\(String(describing: missing))")
    }
}
