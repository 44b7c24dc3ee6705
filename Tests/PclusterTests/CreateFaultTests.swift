import Foundation
import TestSupport
import Testing

/// Signals, a lost terminal and a home that cannot be written, while a creation is asked for.
///
/// pcluster and aws are scripts here that answer as the real ones do: what matters is the moment.
@Suite("create, interrupted", .timeLimit(.minutes(3)))
struct CreateFaultTests {
    private static let arn =
        "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/01234567-89ab-cdef-0123-456789abcdef"

    private static let pcluster = """
        case "$1 $*" in
        version*) echo '{"version": "3.14.0"}' ;;
        create-cluster*--dryrun*) echo '{"message": "Request would have succeeded, but DryRun flag is set."}'; exit 1 ;;
        create-cluster*) : >"${0%/*}/creating"; sleep 2; : >"${0%/*}/created"
          echo '{"cluster": {"clusterName": "ml", "cloudformationStackArn": "\(arn)", "version": "3.14.0"}}' ;;
        *) echo '{"clusterName": "ml", "clusterStatus": "CREATE_COMPLETE", "cloudformationStackArn": "\(arn)"}' ;;
        esac
        """

    private static func event(_ status: String, _ second: Int) -> String {
        """
        {"EventId": "\(status)", "Timestamp": "2026-11-27T02:00:0\(second)Z", "StackName": "ml", "StackId": "\(arn)",
        "LogicalResourceId": "ml", "PhysicalResourceId": "\(arn)", "ResourceType": "AWS::CloudFormation::Stack",
        "ResourceStatus": "\(status)"}
        """
    }

    private static let aws = """
        case "$2" in
        describe-stacks) echo 'An error occurred (ValidationError): Stack with id ml does not exist' >&2; exit 254 ;;
        get-caller-identity) echo '{"Account": "123456789012"}' ;;
        describe-stack-events) cat <<'EVENTS'
        {"StackEvents": [\(event("CREATE_COMPLETE", 9)), \(event("CREATE_IN_PROGRESS", 1))]}
        EVENTS
          ;;
        *) echo 'Could not connect to the endpoint URL' >&2; exit 255 ;;
        esac
        """

    /// An operator with a configuration.
    private func machine() async throws -> Operator {
        let machine = try Operator(
            programs: ["pcluster": Self.pcluster, "aws": Self.aws],
            files: ["pcluster-env.sh": OperatorTests.guide])
        let written = try await machine.fleet("config", "-o", machine.home + "/c.yaml")
        try #require(written.status == 0, "\(written.err)")
        return machine
    }

    /// Starts create, and sends signals by their names while pcluster makes the stack, a moment apart; with SIGHUP ignored,
    /// as by nohup, where that is said.
    private func create(
        on machine: Operator, signals: [String], isIgnoring: Bool = false
    ) async throws -> Ran {
        let script = """
            import os, signal, subprocess, sys, time
            ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
            child = subprocess.Popen(sys.argv[4:], preexec_fn=ignore if sys.argv[3] == "yes" else None)
            while not os.path.exists(sys.argv[1]):
                time.sleep(0.05)
            for name in sys.argv[2].split():
                child.send_signal(getattr(signal, "SIG" + name))
                time.sleep(0.4)
            sys.exit(child.wait())
            """
        return try await Ran.run(
            "/usr/bin/python3",
            [
                "-c", script, machine.folder.path + "/bin/creating",
                signals.joined(separator: " "), isIgnoring ? "yes" : "no", Place.program, "create",
                machine.home + "/c.yaml", "-n", "ml", "--yes", "--interval", "0.2",
            ],
            environment: [
                "HOME": machine.home, "PATH": "\(machine.folder.path)/bin:/usr/bin:/bin",
            ])
    }

    private func isCreated(_ machine: Operator) -> Bool {
        FileManager.default.fileExists(atPath: machine.folder.path + "/bin/created")
    }

    /// The first signal waits for pcluster's answer: name and files are kept, so that the watch can go on.
    @Test(arguments: ["INT", "TERM", "HUP"])
    func aSignalWaitsForTheAnswer(_ signal: String) async throws {
        let machine = try await machine()
        let found = try await create(on: machine, signals: [signal])
        #expect(
            found.status == 130 && found.err.contains("waiting for pcluster's answer")
                && found.err.contains("goes on -> fleet cluster watch -n ml"), "\(found.err)")
        #expect(isCreated(machine))
        #expect(machine.text("pcluster-env.sh")?.contains("export CLUSTER_NAME='ml'") == true)
        let folder = ".fleet/clusters/ml/01234567-89ab-cdef-0123-456789abcdef"
        #expect(machine.text("\(folder)/create.json")?.contains("clusterName") == true)
        #expect(machine.mode("\(folder)/config.yaml") == 0o600)
        // Whoever comes back.
        let later = try await machine.fleet("watch", "-n", "ml")
        #expect(later.status == 0, "\(later.err)")
    }

    /// The second one ends fleet at once, and says that the stack may be there; pcluster is not cut short.
    @Test func twoSignalsEndItAtOnce() async throws {
        let machine = try await machine()
        let found = try await create(on: machine, signals: ["INT", "INT"])
        #expect(
            found.status == 130 && found.err.contains("the stack may be there"), "\(found.err)")
        for _ in 0..<50 where !isCreated(machine) { try await Task.sleep(for: .milliseconds(100)) }
        #expect(isCreated(machine))
    }

    @Test func underNohupALostTerminalIsNone() async throws {
        let machine = try await machine()
        let found = try await create(on: machine, signals: ["HUP"], isIgnoring: true)
        #expect(found.status == 0 && found.err.contains("CREATE_COMPLETE"), "\(found.err)")
    }

    /// A home that nobody may write in costs the keeping alone: it says so, and the creation goes on.
    @Test(.enabled(if: getuid() == 0, "takes root's rights away from itself"))
    func aHomeThatCannotBeWritten() async throws {
        let machine = try await machine()
        for (path, mode) in [(machine.home, 0o555), (machine.folder.path + "/bin", 0o777)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: machine.home + "/c.yaml")
        let found = try await Ran.run(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Place.program, "create"]
                + [machine.home + "/c.yaml", "-n", "ml", "--yes", "--interval", "0.2"],
            environment: [
                "HOME": machine.home, "PATH": "\(machine.folder.path)/bin:/usr/bin:/bin",
            ])
        #expect(found.status == 0, "\(found.err)")
        #expect(
            found.err.contains("cannot be written: nothing is kept there")
                && found.err.contains("CLUSTER_NAME is not saved"), "\(found.err)")
    }
}
