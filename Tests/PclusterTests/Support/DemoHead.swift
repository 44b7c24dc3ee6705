import Foundation
import TestSupport
import Testing

/// A demo cluster, whose head stands for a stack's head node: munge, slurmctld, slurmd and fleet are real there, and what
/// is sent through the Session Manager is run there.
struct DemoHead: Sendable {
    /// The demo cluster's name.
    let name: String

    private static let script = Place.repository + "/examples/demo-cluster/cluster"

    /// Starts one, does the work, and takes it down, whatever happens.
    static func with(_ aws: StandIn.Running, _ body: (DemoHead) async throws -> Void) async throws {
        let head = DemoHead(name: "p" + String(UInt32.random(in: 0...UInt32.max), radix: 36))
        do {
            let up = try await head.cluster(
                "up", "--nodes", "2", "--gpus", "1", "--parallelcluster")
            try #require(up.status == 0, "cluster up: \(up.err)")
            try await head.prepare(aws)
            try await body(head)
        } catch {
            // A task of its own: this one may be cancelled by its time limit.
            _ = try? await Task { try await head.cluster("down") }.value
            throw error
        }
        let down = try await head.cluster("down")
        #expect(down.status == 0, "cluster down: \(down.err)")
        try aws.steer("agent", nil)
    }

    /// Runs a subcommand of the demo cluster's script.
    @discardableResult
    func cluster(_ command: String, _ arguments: String...) async throws -> Ran {
        try await Ran.run(
            Self.script, [command, "--name", name] + arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"])
    }

    /// Runs a shell script on a node, or on `head`.
    @discardableResult
    func inside(_ node: String, _ script: String) async throws -> Ran {
        try await cluster("exec", node, "sh", "-c", script)
    }

    /// The names of the nodes.
    static let nodes = ["gpu-st-a10g-1", "gpu-st-a10g-2"]

    /// Makes of it what ParallelCluster's image and the VPC give a head node: the user ubuntu, aws with a role's
    /// credentials, Slurm's configuration for a login, and a name for the Lustre server.
    private func prepare(_ aws: StandIn.Running) async throws {
        let id = try #require(
            aws.guide.split(separator: "\n").first { $0.contains("FSX_LUSTRE_ID=") }?
                .split(separator: "=").last)
        for node in Self.nodes + ["head"] {
            try await inside(
                node, "echo 10.1.30.23 \(id).fsx.us-east-1.amazonaws.com >>/etc/hosts")
        }
        let wanted = aws.variables.filter { $0.key.hasPrefix("AWS_") || $0.key == "NO_PROXY" }
        let exports = wanted.map { "\($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
        let ready = try await inside(
            "head",
            """
            set -e; useradd -m -s /bin/bash ubuntu
            echo "export SLURM_CONF='$SLURM_CONF'" >/etc/profile.d/slurm.sh
            printf '%s\\n' '#!/bin/sh' "export \(exports)" 'exec \(Place.venvs)/aws/bin/aws "$@"' >/usr/local/bin/aws
            chmod 755 /usr/local/bin/aws
            """)
        try #require(ready.status == 0, "\(ready.err)")
        let agent = "\(Place.repository)/examples/aws-stand-in/ssm-agent"
        try aws.steer("agent", "#!/bin/sh\nexec \(agent) \(name) \"$@\"\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(aws.folder)/agent")
    }

    /// Packages of the fleet that was built beside this test, as scripts/package lays them out, small: the program in them
    /// hands on to the built one.
    static func packages(in folder: String) async throws -> (deb: String, archive: String) {
        let script = """
            set -e; cd "$1"; mkdir -p deb/DEBIAN deb/usr/bin fleet-0-amd64/bin
            printf '#!/bin/sh\\nexec %s/fleet "$@"\\n' "$2" >deb/usr/bin/fleet
            chmod 755 deb/usr/bin/fleet; cp deb/usr/bin/fleet fleet-0-amd64/bin/
            printf '%s\\n' 'Package: fleet' 'Version: 0' 'Architecture: all' 'Maintainer: a test <root@localhost>' \
              'Description: a small one, for a test' >deb/DEBIAN/control
            dpkg-deb --root-owner-group -Znone --build deb fleet_0_all.deb >/dev/null
            tar -cJf fleet-0-amd64.tar.xz fleet-0-amd64
            """
        let built = Place.program.split(separator: "/").dropLast().joined(separator: "/")
        let made = try await Ran.run(
            "/bin/sh", ["-c", script, "sh", folder, "/" + built],
            environment: ["PATH": "/usr/bin:/bin"])
        try #require(made.status == 0, "\(made.err)")
        return ("\(folder)/fleet_0_all.deb", "\(folder)/fleet-0-amd64.tar.xz")
    }
}
