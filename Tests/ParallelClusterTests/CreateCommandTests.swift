import Foundation
import Testing

/// `create`, `update` and `delete` to the moment at which something is sent, and a little further.
@Suite("what creates, changes and deletes, and when it is sent")
struct CreateCommandTests {
    private static let arn = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/0-1"

    /// pcluster 3.14.0 that takes everything.
    private static let pcluster = """
        case "$*" in
        version*) echo '{"version": "3.14.0"}' ;;
        *--dryrun*) echo '{"message": "Request would have succeeded, but DryRun flag is set."}'; exit 1 ;;
        create-cluster*) echo '{"cluster": {"clusterName": "ml", "cloudformationStackArn": "\(arn)"}}' ;;
        delete-cluster*) echo '{"cluster": {"clusterName": "ml"}}' ;;
        describe-cluster*) echo '{"clusterName": "ml", "clusterStatus": "CREATE_COMPLETE", "version": "3.14.0"}' ;;
        describe-compute-fleet*) echo '{"status": "RUNNING"}' ;;
        update-compute-fleet*) echo '{"status": "STOP_REQUESTED"}' ;;
        esac
        """

    /// An AWS without that stack, which cannot be asked for much else: unknown, and so no refusal.
    private static let aws = """
        case "$*" in
        *describe-stacks*) echo 'An error occurred (ValidationError): Stack with id ml does not exist' >&2; exit 254 ;;
        *get-caller-identity*) echo '{"Account": "123456789012"}' ;;
        *describe-instances*) cat "$HOME/left" 2>/dev/null ;;
        *) echo 'Could not connect to the endpoint URL' >&2; exit 255 ;;
        esac
        """

    private static func desk(
        _ more: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> CommandDesk {
        let files = ["c.yaml": try GuideFixture.configuration()]
        return try CommandDesk(
            pcluster: pcluster, aws: aws,
            files: files.merging(more, uniquingKeysWith: { $1 }),
            environment: environment)
    }

    /// The calls that change something.
    private static func sent(_ desk: CommandDesk) -> [String] {
        desk.calls().filter { call in
            !call.contains("--dryrun")
                && ["create-", "update-", "delete-", "terminate-"].contains(where: call.contains)
        }
    }

    @Test("Detached it sends once, keeps what it sent, saves the names, and does not look again")
    func detach() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk(["pcluster-env.sh": "export OTHER=1\n"])
            let file = desk.home + "/c.yaml"
            let found = try await desk.fleet(
                "create", file, "-n", "ml", "--yes", "--detach", "--save-config",
                "--keep-on-failure")
            #expect(found.code == 0, "\(found.err)")
            let calls = desk.calls()
            #expect(calls.filter { $0.contains("pcluster create-cluster") }.count == 2)
            #expect(
                calls.last
                    == "pcluster create-cluster --cluster-name ml --cluster-configuration \(file)"
                    + " --region us-east-1 --rollback-on-failure false")
            #expect(found.out.contains("on failure   everything stays, for a look\n"))
            #expect(
                found.err.hasSuffix(
                    "fleet: CLUSTER_NAME, CLUSTER_CONFIG saved in \(desk.home)/pcluster-env.sh\n"
                        + "fleet: begun -> fleet cluster watch -n ml\n"))
            #expect(
                desk.text("pcluster-env.sh")
                    == "export OTHER=1\nexport CLUSTER_NAME='ml'\nexport CLUSTER_CONFIG='\(file)'\n"
            )
            #expect(desk.text(".fleet/clusters/ml/0-1/config.yaml") == desk.text("c.yaml"))
            #expect(desk.text(".fleet/clusters/ml/0-1/create.json")?.contains(Self.arn) == true)
        }
    }

    @Test(
        "Without --save-config the name alone is saved, and an unwritable file costs nothing else")
    func savedNames() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk()
            let first = try await desk.fleet(
                "create", desk.home + "/c.yaml", "-n", "ml", "--yes", "--detach")
            #expect(first.code == 0)
            #expect(desk.text("pcluster-env.sh") == "export CLUSTER_NAME='ml'\n")
            #expect(!first.out.contains("on failure"))
            // A folder in the file's place.
            let broken = try Self.desk(["pcluster-env.sh/x": ""])
            let second = try await broken.fleet(
                "create", broken.home + "/c.yaml", "-n", "ml", "--yes", "--detach")
            #expect(second.code == 0 && Self.sent(broken).count == 1)
            #expect(second.err.contains("fleet: warning: CLUSTER_NAME is not saved: "))
        }
    }

    @Test("Refused before anything is sent: no file, no name, a name that is taken, nobody to ask")
    func refused() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk(["empty.yaml": "", "list.yaml": "- a\n"])
            let file = desk.home + "/c.yaml"
            let none = try await desk.fleet("create", "-n", "ml", "--yes")
            #expect(none.code == 64)
            #expect(
                none.err
                    == "fleet: error: create: needs a configuration -> fleet cluster create FILE\n")
            for name in ["empty.yaml", "list.yaml"] {
                let found = try await desk.fleet(
                    "create", desk.home + "/" + name, "-n", "ml", "--yes")
                #expect(
                    found.code == 1 && found.err.contains("is no configuration"), "\(found.err)")
            }
            #expect(try await desk.fleet("create", file, "-n", "1ml", "--yes").code == 64)
            let dry = try await desk.fleet("create", file, "-n", "ml", "--dry-run")
            #expect(dry.code == 0 && dry.err.hasSuffix("fleet: nothing was sent (--dry-run)\n"))
            // The parser's child has no terminal.
            let unasked = try await desk.fleet("create", file, "-n", "ml")
            #expect(unasked.code == 64)
            #expect(
                unasked.err.hasSuffix(
                    "fleet: error: create ml: there is no terminal to ask on -> answer with --yes\n"
                ))
            #expect(Self.sent(desk).isEmpty)
            for (status, next) in [
                ("ROLLBACK_COMPLETE", "a failed stack holds its name: fleet cluster delete -n ml"),
                ("DELETE_FAILED", "a failed stack holds its name: fleet cluster delete -n ml"),
                ("UPDATE_COMPLETE", "another name, or fleet cluster status -n ml"),
            ] {
                let taken = try CommandDesk(
                    pcluster: Self.pcluster,
                    aws: "echo '{\"Stacks\": [{\"StackStatus\": \"\(status)\"}]}'",
                    files: ["c.yaml": GuideFixture.configuration()])
                let found = try await taken.fleet(
                    "create", taken.home + "/c.yaml", "-n", "ml", "--yes")
                #expect(found.code == 1)
                #expect(found.err == "fleet: error: ml: is there already (\(status)) -> \(next)\n")
                // Nobody waits for a dry run of half a minute to be told so.
                #expect(taken.calls().allSatisfy { $0.hasPrefix("aws ") })
            }
        }
    }

    @Test("Asked on a terminal: only a yes sends, and only the cluster's own name deletes")
    func answers() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk()
            for (typed, isSent) in [
                ("\n", false), ("n\n", false), ("ja\n", false), ("Yes\n", true),
            ] {
                let found = try await desk.onTerminal(
                    typing: typed, "create", desk.home + "/c.yaml", "-n", "ml", "--detach")
                #expect(found.code == (isSent ? 0 : 130), "\(found.out)")
                #expect(found.out.contains("fleet: create ml? [y/N]\r\n"))
                #expect(found.out.contains("fleet: create ml: answered with no\r\n") != isSent)
                #expect(Self.sent(desk).count == (isSent ? 1 : 0), "\(typed)")
            }
            for (typed, isSent) in [
                ("y\n", false), ("ML\n", false), ("ml x\n", false), (" ml \n", true),
            ] {
                let found = try await desk.onTerminal(typing: typed, "delete", "ml", "--detach")
                #expect(found.code == (isSent ? 0 : 130), "\(found.out)")
                #expect(found.out.contains("fleet: delete ml? [type ml]\r\n"))
                #expect(
                    Self.sent(desk)
                        == (isSent
                            ? ["pcluster delete-cluster --cluster-name ml --region us-east-1"] : [])
                )
            }
            for (typed, isSent) in [("no\n", false), ("y\n", true)] {
                let found = try await desk.onTerminal(typing: typed, "compute", "stop", "-n", "ml")
                #expect(found.code == (isSent ? 0 : 130))
                #expect(Self.sent(desk).count == (isSent ? 1 : 0))
            }
        }
    }

    @Test(
        "A deletion by script wants the name twice; what is gone is no error, and what is left is one"
    )
    func delete() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk(environment: ["CLUSTER_NAME": "ml"])
            for words in [["--yes", "--detach"], ["--yes", "other", "--detach", "-n", "ml"]] {
                let found = try await desk.fleet(
                    "delete", words[0], words[1], words.count > 2 ? words[2] : "--fail-fast",
                    "-n", "ml")
                #expect(found.code == 64, "\(words)")
                #expect(
                    found.err
                        == "fleet: error: delete: --yes wants the name with it -> fleet cluster delete --yes ml\n"
                )
            }
            let bad = try await desk.fleet("delete", "--yes", "ml;reboot")
            #expect(bad.code == 64 && bad.err.contains("is no cluster's name"))
            #expect(desk.calls().isEmpty)
            let dry = try await desk.fleet("delete", "--yes", "ml", "--dry-run")
            #expect(dry.code == 0 && Self.sent(desk).isEmpty)
            #expect(dry.lines.map { $0.prefix(9) } == ["goes     ", "stays    ", "jobs     "])
            let gone = try CommandDesk(
                pcluster: "echo '{\"message\": \"Cluster ml does not exist\"}'; exit 1",
                aws: Self.aws,
                files: ["left": #"{"Reservations": []}"#])
            let nothing = try await gone.fleet("delete", "--yes", "ml")
            #expect(nothing.code == 0)
            #expect(nothing.err == "fleet: ml is not there: nothing to delete\n")
            // That nothing was answered is not that nothing is left.
            let silent = try CommandDesk(
                pcluster: "echo '{\"message\": \"Cluster ml does not exist\"}'; exit 1",
                aws: Self.aws, files: ["left": ""])
            #expect(try await silent.fleet("delete", "--yes", "ml").code == 2)
            let left = try CommandDesk(
                pcluster: "echo '{\"message\": \"Cluster ml does not exist\"}'; exit 1",
                aws: Self.aws,
                files: [
                    "left":
                        #"{"Reservations": [{"Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i;\u001b2"}]}, {}]}"#
                ])
            let found = try await left.fleet("delete", "--yes", "ml")
            #expect(found.code == 1)
            #expect(
                found.err == """
                    fleet: ml is not there: nothing to delete
                    fleet: error: ml: 2 instances of it are left: i-1, i;\\x1b2 -> \
                    aws ec2 terminate-instances --instance-ids i-1 'i;\\x1b2'

                    """)
        }
    }

    @Test("A fleet is stopped when somebody said so, and started without a question")
    func compute() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk()
            let dry = try await desk.fleet("compute", "stop", "-n", "ml", "--dry-run")
            #expect(dry.err == "fleet: ml: RUNNING; would ask for stop (--dry-run)\n")
            let unasked = try await desk.fleet("compute", "stop", "-n", "ml")
            #expect(unasked.code == 64 && Self.sent(desk).isEmpty)
            let started = try await desk.fleet("compute", "start", "-n", "ml")
            #expect(started.code == 0 && started.err == "fleet: ml: RUNNING -> STOP_REQUESTED\n")
            #expect(Self.sent(desk).first?.hasSuffix("--status START_REQUESTED") == true)
            #expect(try await desk.fleet("compute", "stop", "-n", "ml", "--yes").code == 0)
            #expect(Self.sent(desk).first?.hasSuffix("--status STOP_REQUESTED") == true)
        }
    }
}
