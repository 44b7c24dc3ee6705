import FoundationEssentials
import Testing

/// A repair that is cut off while the package is being installed.
@Suite(
    "A repair that is cut off", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct MountInterruptionTests {
    enum Cut: CaseIterable, Sendable {
        /// Ctrl-C on the head node.
        case interrupt
        /// slurmd is killed; the installation goes on without it.
        case killedSlurmd
        /// Everything on the node ends at the same moment.
        case powerCut
    }

    @Test(
        "Cut off in the middle of an installation, a node is never called ok, and the next run repairs it",
        arguments: Cut.allCases)
    func repairedByTheNext(cut: Cut) async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            let cluster = trial.cluster
            try await cluster.script("break", "gpu-1", "lustre-module")
            try await cluster.script("set", "gpu-1", "package-seconds", "6")
            let started = try await trial.start([
                "mount-lustre", "--timeout", "60", "--format", "json",
            ])
            #expect(try await isInstalling(cluster))
            switch cut {
            case .interrupt: try await started.signal("INT")
            case .killedSlurmd: try await cluster.signalSlurmd("gpu-1", "KILL")
            // Of its PID namespace, all but process 1; and what is in memory is gone.
            case .powerCut:
                _ = try await cluster.inside("gpu-1", "kill -KILL -1")
                _ = try await cluster.inside("gpu-1", "rm -rf /run/fleet-mount.*")
            }
            if cut != .interrupt {
                try await Task.sleep(for: .seconds(1))
                try await cluster.script("slurmd", "gpu-1", "start")
            }
            let status = try await started.status(within: 120)
            switch cut {
            case .interrupt: #expect(status == 130)
            case .powerCut:
                let row = try #require(try started.document()["gpu-1"])
                #expect(row.verdict != "ok", "\(started.out)")
                #expect(status == 1 || status == 2)
            case .killedSlurmd:
                // Its record comes all the same; where it does not, that is no success.
                let row = try #require(try started.document()["gpu-1"])
                let verdict = try #require(row.verdict)
                #expect(Self.statuses[verdict] == status, "\(started.out)")
                if row.verdict == "ok" {
                    let entry = try await cluster.inside("gpu-1", "grep /lustre /proc/mounts")
                    #expect(entry.status == 0)
                }
            }
            try await isRepaired(trial)
        }
    }

    /// A run's exit status, by the verdict of its only row.
    private static let statuses = ["ok": 0, "warn": 0, "fail": 1, "unknown": 2]

    /// Waits until a package's script runs on the node.
    private func isInstalling(_ cluster: DemoCluster) async throws -> Bool {
        try await cluster.eventually(within: 30) {
            try await cluster.inside("gpu-1", "grep -qa '[p]reinst' /proc/[0-9]*/cmdline").status
                == 0
        }
    }

    private func isRepaired(_ trial: Trial) async throws {
        let cluster = trial.cluster
        try await cluster.script("unset", "gpu-1", "package-seconds")
        let isQuiet = try await cluster.eventually(within: 20) {
            try await cluster.inside("gpu-1", "grep -qax dpkg /proc/[0-9]*/comm").status != 0
        }
        #expect(isQuiet)
        let next = try await trial.document(["mount-lustre", "--wait", "60s"])
        #expect(next["gpu-1"]?.verdict == "ok", "\(next["gpu-1"]?.findings ?? [])")
        let audit = try await cluster.inside(
            "gpu-1", "dpkg --audit && grep ' /lustre ' /proc/mounts")
        #expect(audit.out.hasPrefix("10.1.30.23@tcp:/czrc3amv /lustre"), "\(audit.out)")
        let leftovers = try await cluster.leftovers()
        #expect(leftovers == [:])
    }

    @Test("Two repairs of one node at the same time: one does it, the other finds it done")
    func twoAtOnce() async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            let cluster = trial.cluster
            try await cluster.script("break", "gpu-1", "lustre-module")
            try await cluster.script("set", "gpu-1", "package-seconds", "3")
            // Without a job, or Slurm would keep them apart.
            let words = ["mount-lustre", "--via", "direct"]
            async let one = trial.document(words)
            async let other = trial.document(words)
            let rows = try await [one, other].compactMap { $0["gpu-1"] }
            #expect(rows.map(\.verdict) == ["ok", "ok"])
            let steps = ["module-package", "module-load", "mount"].map { "mount.step.\($0)" }
            #expect(
                rows.map { $0.findings.map(\.code) }.sorted { $0.count < $1.count } == [[], steps])
            let log = try await cluster.inside(
                "gpu-1", "grep -c ' install lustre-client-modules-6.8.0-1043' /var/log/dpkg.log")
            // Once when the cluster was made, once now.
            #expect(log.out == "2\n")
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
        }
    }

    @Test("dpkg that another installation left unfinished is finished with --repair-dpkg alone")
    func repairDpkg() async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            try await trial.cluster.script("break", "gpu-1", "lustre-dpkg-interrupted")
            let refused = try await trial.document(["mount-lustre"])
            #expect(refused["gpu-1"]?.findings.map(\.code) == ["mount.step.package-repair"])
            let repaired = try await trial.document(["mount-lustre", "--repair-dpkg"])
            #expect(repaired["gpu-1"]?.verdict == "ok", "\(repaired["gpu-1"]?.findings ?? [])")
            #expect(repaired["gpu-1"]?.findings.first?.code == "mount.step.package-repair")
            let audit = try await trial.cluster.inside("gpu-1", "dpkg --audit")
            #expect(audit.status == 0 && audit.out.isEmpty, "\(audit.out)")
        }
    }
}
