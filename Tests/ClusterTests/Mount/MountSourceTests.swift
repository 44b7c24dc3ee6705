import FoundationEssentials
import Testing

/// Where the mount and its package come from.
@Suite(
    "What mount-lustre mounts, and from where it installs",
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct MountSourceTests {
    @Test("--dry-run shows the plan of every node and changes none; --fetch-once fetches once")
    func planAndFetch() async throws {
        try await Trial.with(["--nodes", "4"]) { trial in
            let cluster = trial.cluster
            try await cluster.scripts((1...3).map { [["break", "gpu-\($0)", "lustre-module"]] })
            try await cluster.beginCounting()
            let plan = try await trial.fleet(["mount-lustre", "--dry-run"])
            #expect(plan.out.contains("gpu-[1-3]"), "\(plan.out)")
            for words in [
                "install lustre-client-modules-6.8.0-1043-aws", "modprobe lustre", "mount /lustre",
            ] {
                #expect(plan.out.contains(words), "\(plan.out)")
            }
            // Asked by root, apt keeps what it has read of its lists.
            let changes = try await cluster.changes(
                butFor: "/run", "/var/cache/apt", "*pkgcache.bin")
            #expect(changes == [:])
            let mounted = try await cluster.everywhere("grep ' /lustre ' /proc/mounts || true")
            #expect(Set(mounted.keys) == ["gpu-4"])

            let packages = "\(trial.shared)/packages"
            let run = try await trial.document([
                "mount-lustre", "--fetch-once", "--fetch-dir", packages,
            ])
            #expect(run.summary == RunDocument.Summary(ok: 4), "\(run.nodes.map(\.findings))")
            let fetched = try FileManager.default.contentsOfDirectory(atPath: packages)
            #expect(fetched.filter { $0.hasSuffix(".deb") }.count == 1)
            #expect(fetched.allSatisfy { !$0.hasSuffix(".claim") && !$0.contains(".failed") })
            let leftovers = try await cluster.leftovers()
            #expect(leftovers == [:])
        }
    }

    @Test("--from-head --persist gives nodes without an entry the head node's, once")
    func fromHead() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            try await cluster.script("break", "gpu-1", "lustre-no-fstab")
            let others = "LABEL=scratch /scratch ext4 nofail 0 2"
            _ = try await cluster.inside("gpu-1", "echo '\(others)' >/etc/fstab")
            let command =
                "SLURM_CONF=\(cluster.slurmConf) \(cluster.program) mount-lustre --from-head --persist --format json"
            let first = try await cluster.inside("head", command)
            #expect(first.status == 0, "\(first.out) \(first.err)")
            let written = try await cluster.inside("gpu-1", "cat /etc/fstab")
            #expect(written.out.hasPrefix("\(others)\n10.1.30.23@tcp:/czrc3amv /lustre lustre "))
            #expect(written.out.split(separator: "\n").count == 2)
            let backup = try await cluster.inside("gpu-1", "cat /etc/fstab.fleet-*")
            #expect(backup.out == others + "\n")
            let again = try await cluster.inside("head", command)
            #expect(again.status == 0)
            #expect(
                try again.decoded(RunDocument.self).nodes.allSatisfy { $0.findings.isEmpty })
            let same = try await cluster.inside("gpu-1", "cat /etc/fstab; ls /etc/fstab.fleet-*")
            #expect(same.out.hasPrefix(written.out))
        }
    }
}
