import FoundationEssentials
import Testing

/// The run directory is where results come home: every way it can be wrong has its own words.
@Suite(
    "Run directory faults", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct RunDirectoryTests {
    @Test("A folder that the nodes do not share")
    func notShared() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            // /tmp is a node's own.
            let folder = "/tmp/fleet-\(cluster.name)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let ran = try await cluster.fleet(
                "run", "--run-dir", folder, "--format", "json", "--", "true")
            #expect(ran.status == 2)
            let document = try ran.decoded(RunDocument.self)
            #expect(document.summary == RunDocument.Summary(unknown: 2))
            for node in document.nodes {
                #expect(node.outcome == "launch_failed")
                #expect(node.reason?.contains("is not on the node") == true)
                #expect(node.findings.first?.remedy?.contains("--run-dir") == true)
            }
        }
    }

    @Test("A folder that cannot be made: exit code 3, the path and the cause")
    func notWritable() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            for (user, folder) in [("operator", "/usr/fleet-runs"), (nil, "/proc/fleet-runs")] {
                let ran = try await cluster.fleet(
                    "run", "--run-dir", folder, "--", "true", user: user)
                #expect(ran.status == 3)
                #expect(ran.out.isEmpty)
                #expect(ran.err.contains("cannot make the run directory \(folder)"))
                #expect(ran.err.contains("--run-dir"))
            }
            #expect(try await cluster.jobsAreGone(within: 2))
        }
    }

    @Test("A folder that the node may not write to")
    func nodeCannotWrite() async throws {
        try await DemoCluster.with(["--nodes", "2"]) { cluster in
            let folder = "\(cluster.home)/\(cluster.name)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let readOnly = try await cluster.inside(
                "gpu-1", "mount --bind \(folder) \(folder) && mount -o remount,ro,bind \(folder)")
            #expect(readOnly.status == 0, "\(readOnly.err)")
            let ran = try await cluster.fleet(
                "run", "-n", "gpu-1", "--run-dir", folder, "--format", "json", "--", "true")
            let node = try #require(try ran.decoded(RunDocument.self).nodes.first)
            #expect(node.outcome == "launch_failed")
            #expect(node.reason?.contains("cannot write to the run directory") == true)
            #expect(node.verdict == "unknown")
        }
    }

    @Test("The disk behind the folder fills up while the command writes: never a whole record")
    func diskFull() async throws {
        try await DemoCluster.with(["--nodes", "1"]) { cluster in
            let folder = "\(cluster.home)/\(cluster.name)"
            // One small ext4, mounted on this machine and in the node: truly shared, truly full.
            let disk = try await Ran.run(
                "/bin/sh",
                [
                    "-ec",
                    """
                    mkdir "$1"; truncate -s 4M "$1.img"; mkfs.ext4 -q "$1.img"
                    device=$(losetup -f --show "$1.img"); mount "$device" "$1"; printf %s "$device"
                    """, "sh", folder,
                ])
            try #require(disk.status == 0, "\(disk.err)")
            let inside = try await cluster.inside("gpu-1", "mount \(disk.out) \(folder)")
            #expect(inside.status == 0, "\(inside.err)")
            let ran = try await cluster.fleet(
                "run", "--run-dir", folder, "--format", "json", "--", "sh", "-c",
                "head -c 8000000 /dev/zero; true")
            _ = try await cluster.inside("gpu-1", "umount \(folder)")
            _ = try await Ran.run(
                "/bin/sh",
                [
                    "-c", "umount \"$1\"; losetup -d \(disk.out); rm -rf \"$1\" \"$1.img\"", "sh",
                    folder,
                ])
            let node = try #require(try ran.decoded(RunDocument.self).nodes.first)
            #expect(node.verdict == "unknown")
            #expect(node.reason?.contains("disk full?") == true, "\(node.reason ?? "-")")
        }
    }
}
