import Foundation
import TestSupport
import Testing

/// What an operator's machine may lack or have wrong: no stand-in for AWS is needed for that.
@Suite("fleet-cluster on an operator's machine", .timeLimit(.minutes(3)))
struct OperatorTests {
    static let guide = """
        export AWS_REGION=us-east-1
        export VPC_ID=vpc-0123456789abcdef0
        export PUBLIC_SUBNET_ID=subnet-0a1b2c3d4e5f60718
        export PRIVATE_SUBNET_ID=subnet-0f1e2d3c4b5a69788
        export SECURITY_GROUP_ID=sg-0123456789abcdef0
        export FSX_LUSTRE_ID=fs-0123456789abcdef0
        export FSX_OPENZFS_ROOT_VOLUME_ID=fsvol-0123456789abcdef0
        export HEAD_NODE_BOOTSTRAP_SCRIPT=s3://bucket/head.sh
        export COMPUTE_NODE_BOOTSTRAP_SCRIPT=s3://bucket/compute.sh
        export COMPUTE_INSTANCE_TYPE=g5.8xlarge COMPUTE_MIN_COUNT=2 COMPUTE_MAX_COUNT=2

        """

    /// The program neither needs libslurm nor anything that comes with Slurm.
    @Test func startsWithoutSlurm() async throws {
        let linked = try await Ran.run("/usr/bin/ldd", [Place.program], environment: [:])
        #expect(
            linked.status == 0 && !linked.out.contains("slurm") && !linked.out.contains("not found")
        )
        let version = try await Operator().fleet("--help")
        #expect(version.status == 0 && version.out.contains("SUBCOMMANDS"))
    }

    /// The same where libslurm is really hidden, in a mount namespace whose library folders hold no libslurm.
    @Test(.enabled(if: getuid() == 0, "hides libslurm by mounting"))
    func startsWhereLibslurmIsHidden() async throws {
        let script = """
            for file in $(ls /usr/lib/*/libslurm* /usr/lib/*/slurm* -d 2>/dev/null); do
              if [ -d "$file" ]; then mount -t tmpfs none "$file"; else mount --bind /dev/null "$file"; fi
            done
            "$0" --help >/dev/null
            """
        let ended = try await Ran.run(
            "/usr/bin/unshare", ["-m", "/bin/sh", "-c", script, Place.program],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        #expect(ended.status == 0, "\(ended.err)")
    }

    @Test func variablesOfTheGuide() async throws {
        let machine = try Operator(files: ["pcluster-env.sh": Self.guide])
        let found = try await machine.fleet("env")
        #expect(found.status == 0, "\(found.err)")
        #expect(found.out.contains("FSX_LUSTRE_ID") && found.out.contains("~/pcluster-env.sh:6"))
        struct Document: Decodable {
            struct Variable: Decodable {
                var name: String
                var value: String?
                var source: String?
                var line: Int?
                var verdict: String
                var why: String?
            }
            var schema: String
            var variables: [Variable]
        }
        let document = try await machine.fleet("env", "--format", "json").decoded(Document.self)
        #expect(document.schema == "fleet.cluster.env/1" && document.variables.count == 11)
        #expect(document.variables.allSatisfy { $0.verdict == "ok" && $0.line != nil })
    }

    @Test(arguments: [
        ("export A=$(whoami)\n", "pcluster-env.sh:1"),
        ("\u{feff}export A=1\r\nif x; then\n", "pcluster-env.sh:2"),
    ])
    func filesThatNeedAShell(_ text: String, _ place: String) async throws {
        let machine = try Operator(files: ["pcluster-env.sh": text])
        let found = try await machine.fleet("env")
        #expect(found.status == 64)
        #expect(found.err.contains(place) && found.err.contains("source it in a shell"))
        // What needs only a name works on, and says so.
        let other = try await machine.fleet("check", "--explain", "cr.count")
        #expect(other.status == 0 && other.err.contains("warning"))
    }

    @Test func missingVariableWritesNothing() async throws {
        let machine = try Operator(
            files: [
                "pcluster-env.sh": Self.guide.replacing(
                    "export FSX_LUSTRE_ID=fs-0123456789abcdef0\n", with: "")
            ])
        let file = machine.home + "/c.yaml"
        let found = try await machine.fleet("config", "-o", file)
        #expect(found.status == 64 && found.out.isEmpty)
        #expect(
            found.err.contains(
                "FSX_LUSTRE_ID: not set (looked in the environment and ~/pcluster-env.sh) (template line 107) -> export it"
            ))
        #expect(machine.text("c.yaml") == nil)
    }

    @Test func configurationIsWrittenWholeAndPrivate() async throws {
        let machine = try Operator(files: ["pcluster-env.sh": Self.guide])
        let file = machine.home + "/c.yaml"
        #expect(try await machine.fleet("config", "-o", file).status == 0)
        #expect(machine.mode("c.yaml") == 0o600)
        let text = try #require(machine.text("c.yaml"))
        #expect(
            text.hasPrefix("# Written by fleet from built-in template")
                && text.contains("FileSystemId: fs-0123456789abcdef0"))
        // Again: nothing to do. Edited by hand: not without --force.
        #expect(
            try await machine.fleet("config", "-o", file).err.contains("as it would be written"))
        try text.replacing("Size: 500", with: "Size: 600").write(
            toFile: file, atomically: true, encoding: .utf8)
        let refused = try await machine.fleet("config", "-o", file)
        #expect(refused.status == 64 && refused.err.contains("edited by hand"))
        let difference = try await machine.fleet("config", "--diff", file)
        #expect(
            difference.status == 1 && difference.out.contains("-25:       Size: 600")
                && difference.out.contains("+25:       Size: 500"))
        #expect(try await machine.fleet("config", "-o", file, "--force").status == 0)
        #expect(machine.text("c.yaml") == text)
    }

    @Test func offlineCheckOfTheGuide() async throws {
        let machine = try Operator(files: ["pcluster-env.sh": Self.guide])
        let file = machine.home + "/c.yaml"
        #expect(try await machine.fleet("config", "-o", file).status == 0)
        let found = try await machine.fleet("check", "--offline", file)
        #expect(found.status == 0)
        #expect(found.out.split(separator: "\n").count == 3)
        #expect(found.out.contains("time.head") && found.out.contains("script.pin"))
        #expect(try await machine.fleet("check", "--offline", "--strict", file).status == 1)
        struct Document: Decodable {
            struct Finding: Decodable { var rule, verdict, message, source: String }
            struct Called: Decodable {
                var ran: Bool
                var rc: Int?
                var version: String?
            }
            var schema: String
            var findings: [Finding]
            var pcluster: Called
            var not_looked_at: [String]
        }
        let document = try await machine.fleet("check", "--offline", file, "--format", "json")
            .decoded(Document.self)
        #expect(document.schema == "fleet.cluster.check/1" && !document.pcluster.ran)
        #expect(document.not_looked_at.count == 5)
    }

    @Test func nameIsSavedOnce() async throws {
        let machine = try Operator(files: ["pcluster-env.sh": Self.guide])
        for name in ["one", "two", "two"] {
            #expect(try await machine.fleet("env", "--save", "CLUSTER_NAME=\(name)").status == 0)
        }
        #expect(machine.text("pcluster-env.sh") == Self.guide + "export CLUSTER_NAME='two'\n")
        #expect(
            machine.text("pcluster-env.sh.before-fleet") == Self.guide
                + "export CLUSTER_NAME='one'\n")
        let refused = try await machine.fleet("env", "--save", "AWS_SECRET_ACCESS_KEY=abc")
        #expect(refused.status == 64 && !refused.err.contains("abc"))
    }

    /// Each with its own exit code and what to do; the answers are what the real programs give.
    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        var pcluster: String?
        var aws: String?
        let arguments: [String]
        let status: Int32
        let says: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Fault(
            name: "no pcluster", arguments: ["status", "-n", "ml"], status: 3,
            says: "pcluster: is not in PATH -> python3 -m venv"),
        Fault(
            name: "no aws", pcluster: "echo '{}'", arguments: ["events", "-n", "ml"], status: 3,
            says: "aws: is not in PATH"),
        Fault(
            name: "no Node.js",
            pcluster:
                "echo '{\"message\": \"Unable to find node executable. Node.js is required by the AWS CDK library used by ParallelCluster\"}'; exit 1",
            arguments: ["status", "-n", "ml"], status: 3, says: "Node.js is required"),
        Fault(
            name: "no credentials",
            pcluster: "echo '{\"message\": \"Unable to locate credentials\"}'; exit 1",
            arguments: ["list"], status: 3, says: "aws configure"),
        Fault(
            name: "not JSON", pcluster: "echo Hello", arguments: ["status", "-n", "ml"], status: 2,
            says: "not pcluster's JSON: Hello"),
        Fault(
            name: "no answer", pcluster: "true", arguments: ["status", "-n", "ml"], status: 2,
            says: "no answer"),
        Fault(
            name: "no such region", arguments: ["status", "-n", "ml", "-r", "Virginia"], status: 64,
            says: "is no region"),
        Fault(
            name: "no such name", arguments: ["status", "-n", "1ml"], status: 64,
            says: "is no cluster's name"),
        Fault(
            name: "no name", arguments: ["status"], status: 64,
            says:
                "CLUSTER_NAME: not set (looked in the environment and ~/pcluster-env.sh) -> -n NAME"
        ),
        Fault(
            name: "no plugin", aws: "true", arguments: ["connect", "-n", "ml"], status: 3,
            says: "session-manager-plugin: is not in PATH"),
        Fault(
            name: "no such cluster",
            pcluster:
                "echo '{\"message\": \"Cluster ml does not exist or belongs to an incompatible ParallelCluster major version.\"}'; exit 1",
            arguments: ["status", "-n", "ml"], status: 1, says: "fleet cluster list"),
        Fault(
            name: "throttled",
            aws:
                "echo 'An error occurred (Throttling) when calling DescribeStackEvents: Rate exceeded' >&2; exit 254",
            arguments: ["events", "-n", "ml"], status: 2, says: "Rate exceeded"),
        Fault(
            name: "out of reach",
            aws:
                "echo 'Could not connect to the endpoint URL: \"https://cloudformation.us-east-1.amazonaws.com/\"' >&2; exit 255",
            arguments: ["events", "-n", "ml"], status: 2, says: "is there a way to AWS"),
        Fault(
            name: "delete without its name", pcluster: "true",
            arguments: ["delete", "-n", "ml", "--yes"], status: 64, says: "--yes ml"),
    ])
    func faults(_ fault: Fault) async throws {
        var programs: [String: String] = [:]
        programs["pcluster"] = fault.pcluster
        programs["aws"] = fault.aws
        let machine = try Operator(programs: programs)
        // /usr/bin and /bin have neither pcluster nor aws where the tests run.
        let found = try await Ran.run(
            Place.program, fault.arguments,
            environment: [
                "HOME": machine.home, "PATH": "\(machine.folder.path)/bin:/bin",
                "AWS_REGION": "us-east-1",
            ])
        #expect(found.status == fault.status, "\(found.err)")
        #expect(found.err.contains(fault.says), "\(found.err)")
        #expect(found.err.split(separator: "\n").count == 1)
    }

    /// Node.js talks on standard error; what pcluster answers is read all the same.
    @Test func noiseIsNoAnswer() async throws {
        let answer = #"{"clusters": []}"#
        let script = """
            echo '!! Node 20 has reached end-of-life !!' >&2
            case $1 in version) echo '{"version": "3.14.0"}' ;; *) echo '\(answer)' ;; esac
            """
        let found = try await Operator(programs: ["pcluster": script]).fleet(
            "list", "--format", "json")
        #expect(
            found.status == 0 && found.out.contains("fleet.cluster.list/1") && found.err.isEmpty)
    }

    /// Clusters of two releases, one of which this pcluster cannot change.
    @Test func list() async throws {
        let answer = """
            {"clusters": [{"clusterName": "ml", "clusterStatus": "CREATE_COMPLETE", "region": "us-east-1", \
            "cloudformationStackStatus": "CREATE_COMPLETE", "version": "3.14.0"}, {"clusterName": "old", \
            "clusterStatus": "UPDATE_FAILED", "cloudformationStackStatus": "UPDATE_ROLLBACK_COMPLETE", \
            "region": "us-east-1", "version": "3.11.1"}]}
            """
        let script =
            "case $1 in version) echo '{\"version\": \"3.14.0\"}' ;; *) echo '\(answer)' ;; esac"
        let machine = try Operator(programs: ["pcluster": script])
        for (name, words) in [("list", []), ("list-json", ["--format", "json"])] {
            let found = try await Ran.run(
                Place.program, ["list"] + words,
                environment: [
                    "HOME": machine.home, "PATH": "\(machine.folder.path)/bin:/bin",
                    "AWS_REGION": "us-east-1",
                ])
            #expect(found.status == 0 && found.err.isEmpty, "\(found.err)")
            try Steady.check(found, name, home: machine.home)
        }
    }

    /// A name, a reason or an event from AWS cannot steer the terminal.
    @Test func answersCannotSteerTheTerminal() async throws {
        let script = #"printf '{"message": "bad \\u001b[31m news"}'; exit 1"#
        let found = try await Operator(programs: ["pcluster": script]).fleet("status", "-n", "ml")
        #expect(!found.err.contains("\u{1b}") && found.err.contains("\\x1b"))
    }

    @Test func readOnlyHomeCostsTheKeepingAlone() async throws {
        let machine = try Operator(files: ["pcluster-env.sh": Self.guide])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o500], ofItemAtPath: machine.home)
        defer {
            try? FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: machine.home)
        }
        #expect(try await machine.fleet("env").status == 0)
        guard getuid() != 0 else { return }
        #expect(try await machine.fleet("env", "--save", "CLUSTER_NAME=x").status == 64)
    }
}
