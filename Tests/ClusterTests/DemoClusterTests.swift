import FoundationEssentials
import Testing

/// The demo cluster keeps its own promises.
@Suite(
    "Demo cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40))
)
struct DemoClusterTests {
    @Test("Two clusters run side by side, each with its own slurmctld")
    func sideBySide() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { first in
            try await DemoCluster.nested(["--nodes", "2"]) { second in
                let one = try await first.fleet("run", "--format", "json", "--", "hostname")
                let two = try await second.fleet("run", "--format", "json", "--", "hostname")
                #expect(try one.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 1))
                #expect(try two.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 2))
                #expect(first.slurmConf != second.slurmConf)
            }
        }
    }

    @Test(
        "Taking a cluster down leaves no process, no mount, no cgroup and no file",
        arguments: KernelFeature.missingCgroups.isEmpty ? [[], ["--cgroup"]] : [[]])
    func nothingLeft(options: [String]) async throws {
        var folder = ""
        var name = ""
        try await DemoCluster.with(options) { cluster in
            name = cluster.name
            folder =
                "/" + cluster.slurmConf.split(separator: "/").dropLast(2).joined(separator: "/")
            _ = try await cluster.fleet("run", "--", "sh", "-c", "setsid sleep 300 & true")
            // It is suspended when the cluster goes down.
            let job = try await cluster.slurm(
                "sbatch", "--parsable", "-o", "/dev/null", "--wrap", "sleep 300")
            let isSuspended = try await cluster.eventually {
                try await cluster.slurm("scontrol", "suspend", job.out.filter(\.isNumber)).status
                    == 0
            }
            #expect(isSuspended)
            if options.isEmpty { return }
            // A frozen process does not end before it is thawed.
            let isFrozen = try await cluster.eventually {
                try await Ran.run(
                    "/bin/grep",
                    ["-rlx", "FROZEN", "--include=freezer.state", "/sys/fs/cgroup/freezer"]
                ).out.contains(name)
            }
            #expect(isFrozen)
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        let mounts = try String(contentsOf: URL(filePath: "/proc/mounts"), encoding: .utf8)
        #expect(!mounts.contains("/\(name)/"))
        let processes = try await Ran.run(
            "/bin/sh", ["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true"])
        #expect(!processes.out.contains("/\(name)/"))
        let groups = try await Ran.run(
            "/usr/bin/find", ["/sys/fs/cgroup", "-type", "d", "-name", "*\(name)*"])
        #expect(groups.out == "")
    }

    @Test("--conf adds or replaces lines of slurm.conf; slurmctld stops and starts")
    func configuration() async throws {
        let options = [
            "--nodes", "2", "--light", "--conf", "messagetimeout=7",
            "--conf", "PartitionName=extra Nodes=gpu-2",
            "--conf", "NodeName=cloud-[1-3] State=CLOUD CPUs=8 RealMemory=32000",
        ]
        try await DemoCluster.with(options) { cluster in
            let written = try String(
                contentsOf: URL(filePath: cluster.slurmConf), encoding: .utf8
            ).lowercased()
            #expect(written.ranges(of: "messagetimeout=").count == 1)
            let configuration = try await cluster.slurm("scontrol", "show", "config").out
            #expect(configuration.contains("MessageTimeout          = 7 sec"))
            let partition = try await cluster.slurm("sinfo", "-h", "-p", "extra", "-o", "%N").out
            #expect(partition == "gpu-2\n")

            try await cluster.script("slurmctld", "stop")
            #expect(try await cluster.slurm("scontrol", "ping").out.contains("DOWN"))
            try await cluster.script("slurmctld", "start")
            #expect(try await cluster.slurm("scontrol", "ping").out.contains("UP"))
            let pid = try await cluster.script("pid", "slurmctld").out
            let hasNumber = pid.contains { $0.isNumber }
            #expect(hasNumber)
        }
    }

    @Test("A light cluster of 64 nodes answers with 64 rows")
    func light() async throws {
        try await DemoCluster.with(["--nodes", "64", "--light"], alone: true) { cluster in
            let ran = try await cluster.fleet("run", "--format", "json", "--", "true")
            #expect(ran.status == 0)
            #expect(try ran.decoded(RunDocument.self).summary == RunDocument.Summary(ok: 64))
        }
    }
}
