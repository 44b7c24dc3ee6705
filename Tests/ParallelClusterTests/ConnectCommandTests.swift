import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// `connect`: what is checked before, and a command's way through JSON and three shells.
@Suite("the way to the head node")
struct ConnectCommandTests {
    private static func pcluster(_ head: String) -> String {
        "echo '{\"clusterName\": \"ml\", \"clusterStatus\": \"CREATE_COMPLETE\"\(head)}'"
    }

    private static let running =
        #", "headNode": {"instanceId": "i-0123456789abcdef0", "state": "running"}"#

    private static let aws = """
        case "$*" in
        *describe-tags*) echo '{"Tags": [{"Key": "k", "Value": "rocky9, slurm, 3.14.0, x86_64"}]}' ;;
        *describe-instance-information*) echo '{"InstanceInformationList": [{"PingStatus": "ConnectionLost"}]}' ;;
        esac
        """

    @Test(
        "A block for ssh, and a command line to paste; neither needs the plugin nor opens a session"
    )
    func printed() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.running), aws: Self.aws)
            let block = try await desk.fleet("connect", "-n", "ml", "--ssh-config")
            #expect(block.code == 0 && block.err.isEmpty)
            #expect(
                block.out == """
                    Host ml
                        HostName i-0123456789abcdef0
                        User rocky
                        ProxyCommand aws ssm start-session --target %h --region us-east-1 \
                    --document-name AWS-StartSSHSession --parameters portNumber=%p

                    """)
            #expect(desk.calls().allSatisfy { !$0.contains("start-session") })
            // A user that is named is not looked up.
            let other = try await desk.fleet(
                "connect", "-n", "ml", "--print", "--user", "ops_1", "--", "echo", "a b")
            #expect(other.code == 0 && other.lines.count == 1)
            #expect(desk.calls().map { $0.prefix(4) } == ["pclu"])
            // Pasted into a shell, it is one call of aws.
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-c", other.out]
            try shell.run()
            shell.waitUntilExit()
            #expect(
                desk.calls() == [
                    "aws ssm start-session --target i-0123456789abcdef0 --region us-east-1 "
                        + "--document-name AWS-StartNonInteractiveCommand --parameters "
                        + #"{"command":["sudo su - ops_1 -c 'echo '\\''a b'\\'''"]}"#
                ])
        }
    }

    /// What pcluster says of the head node, what is asked for, and how it is refused.
    private static let refusals: [(head: String, words: [String], code: Int32, says: String)] = [
        ("", [], 1, "ml: has no head node (CREATE_COMPLETE) -> fleet cluster status -n ml"),
        (
            #", "headNode": {"instanceId": "i-1; reboot", "state": "running"}"#, [], 1,
            "ml: has no head node (CREATE_COMPLETE) -> fleet cluster status -n ml"
        ),
        (
            #", "headNode": {"instanceId": "i-0123456789abcdef0", "state": "stopped"}"#, [], 1,
            "ml: its head node i-0123456789abcdef0 is stopped -> "
                + "aws ec2 start-instances --instance-ids i-0123456789abcdef0 --region us-east-1"
        ),
        (
            #", "headNode": {"instanceId": "i-01234567"}"#, [], 1,
            "ml: its head node i-01234567 is in no known state -> "
                + "aws ec2 start-instances --instance-ids i-01234567 --region us-east-1"
        ),
        (running, ["--user=root; id"], 64, "--user root; id: is no user's name"),
        (running, ["--user=-c"], 64, "--user -c: is no user's name"),
        (running, ["--user=\u{e9}va"], 64, "--user \u{e9}va: is no user's name"),
        (
            running, [], 1,
            "i-0123456789abcdef0: the Session Manager has lost it (ConnectionLost) -> "
                + "AmazonSSMManagedInstanceCore in HeadNode/Iam; a public address, a NAT or VPC endpoints; "
                + "fleet cluster logs cloud-init-output"
        ),
    ]

    @Test("Each step is checked before the next, and says what to do")
    func refused() async {
        await #expect(processExitsWith: .success) {
            for (head, words, code, says) in Self.refusals {
                let desk = try CommandDesk(
                    pcluster: Self.pcluster(head), aws: Self.aws, plugin: "true",
                    environment: ["FLEET_CONNECT_PATIENCE": "-1"])
                let found = try await desk.fleet("connect", "-n", "ml", words.first ?? "--yes")
                #expect(found.code == code && found.out.isEmpty, "\(words)")
                #expect(found.err == "fleet: error: \(says)\n", "\(found.err)")
                #expect(desk.calls().allSatisfy { !$0.contains("start-session") })
            }
            // Without the plugin nothing is asked: AWS would open a session that nobody can use.
            let bare = try CommandDesk(pcluster: Self.pcluster(Self.running), aws: Self.aws)
            let found = try await bare.fleet("connect", "-n", "ml")
            #expect(found.code == 3 && bare.calls().isEmpty)
            #expect(
                found.err == "fleet: error: session-manager-plugin: is not in PATH -> "
                    + "install AWS's Session Manager plugin\n")
        }
    }

    /// What comes out of the quoting is what was put in, whatever the words are: a shell takes it apart as sudo, su and
    /// the user's shell would.
    @Test func wordsArriveAsTheyAre() throws {
        let words = [
            "plain", "", "a b", "it's", "'", "''", "\"", "\\", "\\'", "$HOME", "`id`", "$(id)", "*",
            "~", "a;b",
            "a\nb", "\t", "#", "-n", "=x", "{a,b}", "!!", "\u{e9}\u{301}", "'\u{301}", "\u{1f600}",
            "%s", "&", "|",
            "\u{1}\u{7f}", "[1-4]",
        ]
        var random = SeededRandom(11)
        let hostile = (0..<20).map { _ in
            String(
                (0..<12).map { _ in
                    "'\"\\$`!{}()<>|&;*?[]~# \n\tab".randomElement(using: &random) ?? "a"
                })
        }
        let arguments = HeadNodeAccess.arguments(
            instance: "i-0", region: "us-east-1", user: "ubuntu",
            command: ["printf", "%s\\0"] + words + hostile)
        let document = try JSONSerialization.jsonObject(with: Data((arguments.last ?? "").utf8))
        let line = try #require((document as? [String: [String]])?["command"]?.first)
        // sudo su - USER -c LINE runs LINE in the user's shell.
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "sudo() { /bin/sh -c \"$5\"; }; \(line)"]
        shell.environment = ["PATH": "/usr/bin:/bin", "HOME": "/home"]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        shell.waitUntilExit()
        let found = output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(
            found.elementsEqual(words + hostile) {
                $0.unicodeScalars.elementsEqual($1.unicodeScalars)
            })
    }

    /// A shell is asked for as it is, and the guide's checks are one word to it.
    @Test func shellsAndChecks() {
        func document(_ command: [String]) -> [String] {
            let all = HeadNodeAccess.arguments(
                instance: "i-0", region: "r", user: "ubuntu", command: command)
            return Array(all.suffix(3))
        }
        #expect(
            document([]) == [
                "AWS-StartInteractiveCommand", "--parameters", #"{"command":["sudo su - ubuntu"]}"#,
            ])
        let checks = document(["sh", "-c", ConnectCommand.guideChecks])
        #expect(checks[0] == "AWS-StartNonInteractiveCommand")
        #expect(checks[2].contains("command -v fleet") && !checks[2].contains("\n"))
    }
}
