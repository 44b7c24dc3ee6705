import Foundation
import TestSupport
import Testing

/// What is refused before anything is sent, and commands to paste that name a file with a blank.
///
/// pcluster and aws are scripts here that answer as the real ones do: what matters is what fleet makes of it.
@Suite("refused, and what to type then", .timeLimit(.minutes(3)))
struct RefusalTests {
    private static func pcluster(_ release: String) -> String {
        """
        case "$1 $*" in
        version*) echo '{"version": "\(release)"}' ;;
        create-cluster*--dryrun*) echo '{"message": "Request would have succeeded, but DryRun flag is set."}'; exit 1 ;;
        create-cluster*) : >"${0%/*}/sent"; exit 1 ;;
        update-cluster*--dryrun*) echo '{"message": "Update failure", "updateValidationErrors": \
        [{"parameter": "A.B", "message": "All compute nodes must be stopped for a given change"}]}'; exit 1 ;;
        update-cluster*) : >"${0%/*}/sent"; exit 1 ;;
        *) echo '{"clusterName": "ml", "clusterStatus": "CREATE_COMPLETE", "version": "\(release)"}' ;;
        esac
        """
    }

    private static let aws = """
        case "$2" in
        describe-stacks) echo 'An error occurred (ValidationError): Stack with id ml does not exist' >&2; exit 254 ;;
        get-caller-identity) echo '{"Account": "123456789012"}' ;;
        describe-subnets) echo '{"Subnets": [{"SubnetId": "subnet-1", "AvailabilityZone": "us-east-1a"}]}' ;;
        create-capacity-reservation) echo '{"CapacityReservation": {"CapacityReservationId": "cr-0a1f6b92ded769450"}}' ;;
        *) echo 'Could not connect to the endpoint URL' >&2; exit 255 ;;
        esac
        """

    /// An operator with a configuration in "my file.yaml", and one that is none in "bad file.yaml".
    private func machine(release: String = "3.14.0") async throws -> Operator {
        let machine = try Operator(
            programs: ["pcluster": Self.pcluster(release), "aws": Self.aws],
            files: ["pcluster-env.sh": OperatorTests.guide, "bad file.yaml": "Region: [\n"])
        let written = try await machine.fleet("config", "-o", machine.home + "/my file.yaml")
        try #require(written.status == 0, "\(written.err)")
        return machine
    }

    private func fleet(
        _ words: [String], on machine: Operator, more: [String: String] = [:]
    ) async throws -> Ran {
        let variables = [
            "HOME": machine.home, "PATH": "\(machine.folder.path)/bin:/usr/bin:/bin",
        ]
        return try await Ran.run(
            Place.program, words, environment: variables.merging(more) { $1 })
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let name: String
        var release = "3.14.0"
        var words: [String] = []
        var variables: [String: String] = [:]
        let status: Int32
        let says: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Refusal(
            name: "credentials of another account", variables: ["ACCOUNT_ID": "999999999999"],
            status: 3,
            says: "ACCOUNT_ID: is 999999999999, and the credentials are of 123456789012"),
        Refusal(
            name: "a configuration for another region", words: ["-r", "us-west-2"], status: 1,
            says: "-r us-west-2: the configuration is for us-east-1"),
        Refusal(
            name: "a pcluster that is too old", release: "3.13.2", status: 1,
            says: "pcluster 3.13.2 is older than 3.14.0"),
    ])
    func nothingIsSent(_ refusal: Refusal) async throws {
        let machine = try await machine(release: refusal.release)
        let found = try await fleet(
            ["create", machine.home + "/my file.yaml", "-n", "ml", "--yes"] + refusal.words,
            on: machine, more: refusal.variables)
        #expect(found.status == refusal.status, "\(found.err)")
        #expect(found.err.contains(refusal.says), "\(found.err)")
        #expect(!FileManager.default.fileExists(atPath: machine.folder.path + "/bin/sent"))
    }

    struct Pasted: CustomTestStringConvertible, Sendable {
        /// The command; FILE stands for the configuration, BROKEN for what is none, and NONE for what is not there.
        let words: [String]
        /// What is to be typed, in which they are quoted.
        let says: String
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(arguments: [
        Pasted(words: ["check", "NONE"], says: "-> fleet cluster config -o NONE"),
        Pasted(words: ["create", "NONE", "-n", "ml"], says: "-> fleet cluster config -o NONE"),
        Pasted(words: ["create", "BROKEN", "-n", "ml"], says: "-> fleet cluster check BROKEN"),
        Pasted(words: ["config", "-o", "BROKEN"], says: "-> --diff BROKEN shows what differs"),
        Pasted(
            words: ["update", "BROKEN", "-n", "ml"], says: "-> fleet cluster check --offline BROKEN"
        ),
        Pasted(
            words: ["update", "FILE", "-n", "ml", "--yes"],
            says: "-> fleet cluster update --stop-compute FILE"),
        Pasted(
            words: ["reserve", "FILE", "--count", "2", "--hours", "5", "--yes"],
            says: "--reservation cr-0a1f6b92ded769450 --count 2 -o FILE"),
    ])
    func namesAreQuoted(_ pasted: Pasted) async throws {
        let machine = try await machine()
        let files = ["FILE": "my file.yaml", "BROKEN": "bad file.yaml", "NONE": "no file.yaml"]
            .mapValues { "\(machine.home)/\($0)" }
        let found = try await fleet(pasted.words.map { files[$0] ?? $0 }, on: machine)
        var says = pasted.says
        for (word, file) in files { says = says.replacing(word, with: "'\(file)'") }
        #expect(found.err.contains(says), "\(found.err)")
    }
}
