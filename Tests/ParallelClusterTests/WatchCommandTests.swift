import ArgumentParser
import Foundation
@testable import ParallelCluster
import Testing

/// `watch`: one look after the other at a stack that a script plays, to its end.
///
/// The script's answers are the files HOME/1.json, HOME/2.json ...: the last one stays.
@Suite("a stack that is followed")
struct WatchCommandTests {
    private static let arn = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/0-1"

    /// An event of the stack itself.
    private static func own(_ second: Int, _ status: String, _ reason: String = "") -> String {
        event(second, "ml", "CloudFormation::Stack", status, reason)
    }

    private static func event(
        _ second: Int, _ logical: String, _ type: String, _ status: String, _ reason: String = ""
    ) -> String {
        let time = "2026-11-26T19:0\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60)Z"
        return """
            {"EventId": "\(logical)\(status)\(second)", "Timestamp": "\(time)", "StackName": "ml", "StackId": "\(arn)",
            "LogicalResourceId": "\(logical)", "ResourceType": "AWS::\(type)", "ResourceStatus": "\(status)",
            "ResourceStatusReason": "\(reason)"}
            """
    }

    private static func page(_ events: [String]) -> String {
        "{\"StackEvents\": [\(events.reversed().joined(separator: ","))]}"
    }

    /// Asks for the next page; an answer that begins with `!` is a refusal.
    private static let aws = """
        case "$*" in *describe-stack-events*) ;; *) exit 0 ;; esac
        n=$(($(cat "$HOME/look" 2>/dev/null || echo 0) + 1)); echo $n >"$HOME/look"
        while [ ! -f "$HOME/$n.json" ]; do n=$((n - 1)); done
        case $(head -c 1 "$HOME/$n.json") in !) tail -c +2 "$HOME/$n.json" >&2; exit 254 ;; esac
        cat "$HOME/$n.json"
        """

    private static func desk(
        _ pages: [String], pcluster: String = "echo '{\"clusterName\": \"ml\"}'"
    ) throws -> CommandDesk {
        let files = pages.enumerated().map { ("\($0.offset + 1).json", $0.element) }
        return try CommandDesk(
            pcluster: pcluster, aws: aws, files: Dictionary(uniqueKeysWithValues: files))
    }

    private static let begun = own(0, "CREATE_IN_PROGRESS", "User Initiated")
    private static let role = event(5, "Role", "IAM::Role", "CREATE_IN_PROGRESS")

    @Test("Each event is printed once, and the end is the exit code")
    func toItsEnd() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk([
                Self.page([Self.begun]), Self.page([Self.begun, Self.role]),
                Self.page([Self.begun, Self.role, Self.own(299, "CREATE_COMPLETE")]),
            ])
            let found = try await desk.fleet("watch", "-n", "ml", "--interval", "0.01")
            #expect(found.code == 0, "\(found)")
            #expect(
                found.lines == [
                    "2026-11-26T19:00:00Z  CREATE_IN_PROGRESS  AWS::CloudFormation::Stack  ml",
                    "2026-11-26T19:00:05Z  CREATE_IN_PROGRESS  AWS::IAM::Role  Role",
                    "2026-11-26T19:04:59Z  CREATE_COMPLETE  AWS::CloudFormation::Stack  ml",
                ])
            #expect(found.err.hasSuffix("fleet: ml: CREATE_COMPLETE after 4 min\n"))
            #expect(desk.text(".fleet/clusters/ml/0-1/duration") == "299\n")
            // The first look asks for all, by name; the others for the newest, by the stack's identity.
            let asked = desk.calls().filter { $0.contains("describe-stack-events") }
            #expect(asked.count == 3)
            #expect(asked[0].contains("--stack-name ml --region"))
            #expect(
                asked.dropFirst().allSatisfy {
                    $0.contains("--stack-name \(Self.arn) --max-items 100")
                })
        }
    }

    @Test("Whoever follows an update sees the update, and a program its events as lines")
    func update() async {
        await #expect(processExitsWith: .success) {
            let update = Self.own(120, "UPDATE_IN_PROGRESS", "User Initiated")
            let before = [Self.begun, Self.own(60, "CREATE_COMPLETE"), update]
            let desk = try Self.desk([
                Self.page(before),
                Self.page(before + [Self.own(150, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")]),
            ])
            let found = try await desk.fleet(
                "watch", "-n", "ml", "--interval", "0.01", "--format", "jsonl")
            #expect(found.code == 0)
            #expect(found.lines.count == 2 && found.lines[0].contains("UPDATE_IN_PROGRESS"))
            #expect(found.lines.allSatisfy { $0.contains("fleet.cluster.event/1") })
            #expect(
                found.err.hasSuffix("fleet: ml: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS after 30 s\n"))
            // How long an update took is no creation's duration.
            #expect(desk.text(".fleet/clusters/ml/0-1/duration") == nil)
        }
    }

    @Test("What failed is one answer, its words made harmless, and it is kept")
    func failure() async {
        await #expect(processExitsWith: .success) {
            let failed = Self.event(
                7, "Role", "IAM::Role", "CREATE_FAILED",
                "not authorized to perform: iam:CreateRole \\u001b]0;x")
            let pages = [
                Self.page([
                    Self.begun, Self.role, failed, Self.own(8, "ROLLBACK_IN_PROGRESS"),
                    Self.own(9, "ROLLBACK_COMPLETE"),
                ])
            ]
            let refusal = "printf '%s' '{\"message\": \"no \\u001b[2J\"}'; exit 1"
            let desk = try Self.desk(pages, pcluster: refusal)
            let found = try await desk.fleet("watch", "-n", "ml", "--interval", "0.01")
            #expect(
                found.code == 1 && !found.out.contains("\u{1b}") && !found.err.contains("\u{1b}"))
            #expect(found.err.contains("; without pcluster there are no log lines\n"))
            #expect(
                Array(found.lines.suffix(5)) == [
                    "ml: ROLLBACK_COMPLETE after 7 s, in phase 1 (resources)",
                    "  event    Role (AWS::IAM::Role): not authorized to perform: iam:CreateRole \\x1b]0;x",
                    "  cause    no permission for iam:CreateRole -> give the user who creates the cluster the IAM policies in ParallelCluster's documentation",
                    "  kept in  \(desk.home)/.fleet/clusters/ml/0-1",
                    "  next     fleet cluster logs -n ml --errors; fleet cluster delete -n ml (the stack holds the name until it is deleted)",
                ])
            let kept = try #require(desk.text(".fleet/clusters/ml/0-1/failure.json"))
            let json = try await Self.desk(pages, pcluster: refusal).fleet(
                "watch", "-n", "ml", "--format", "json")
            let documents = try [kept, json.out].map {
                try #require(
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            for document in documents {
                #expect(document["schema"] as? String == "fleet.cluster.failure/1")
                #expect(document["phase"] as? Int == 1 && document["elapsed_s"] as? Int == 7)
                #expect(
                    document["pcluster"] is NSNull
                        && (document["evidence"] as? [Any])?.isEmpty == true)
            }
        }
    }

    @Test("A stack that disappears: well after its deletion, else an error")
    func disappears() async {
        await #expect(processExitsWith: .success) {
            let gone = "!An error occurred (ValidationError): Stack [ml] does not exist"
            for (last, code, words) in [
                (Self.own(9, "DELETE_IN_PROGRESS"), Int32(0), "fleet: ml: deleted\n"),
                (
                    Self.role, 1,
                    "fleet: ml: the stack is not there any more: somebody deleted it\n"
                ),
            ] {
                let desk = try Self.desk([Self.page([Self.begun, last]), gone])
                let found = try await desk.fleet("watch", "-n", "ml", "--interval", "0.01")
                #expect(found.code == code && found.err.hasSuffix(words), "\(found)")
            }
            let never = try await Self.desk([gone]).fleet("watch", "-n", "ml")
            #expect(never.code == 1 && never.out.isEmpty)
            #expect(never.err.hasSuffix("-> fleet cluster list shows what there is\n"))
            let refused = try await Self.desk([Self.page([Self.begun]), "!ExpiredToken: \u{1b}c"])
                .fleet(
                    "watch", "-n", "ml", "--interval", "0.01")
            #expect(refused.code == 3 && !refused.err.contains("\u{1b}"))
        }
    }

    @Test("AWS that is busy or out of reach is asked again, which is said once of each")
    func askedAgain() async {
        await #expect(processExitsWith: .success) {
            let busy = "!An error occurred (Throttling): Rate exceeded \u{1b}[31m"
            let away = "!Could not connect to the endpoint URL: x"
            let desk = try Self.desk([
                busy, busy, away, Self.page([Self.begun]), away, "{\"StackEvents\": [", busy,
                Self.page([Self.begun, Self.own(3, "CREATE_COMPLETE")]),
            ])
            let found = try await desk.fleet("watch", "-n", "ml", "--interval", "0.01")
            #expect(found.code == 0 && found.lines.count == 2, "\(found)")
            #expect(found.err.components(separatedBy: "asking again").count == 3)
            #expect(found.err.contains("Rate exceeded \\x1b[31m -> wait a minute; asking again\n"))
            #expect(!found.err.contains("\u{1b}"))
        }
    }

    @Test("The block below the events fits a terminal of 80 columns, and is gone at the end")
    func screen() async {
        await #expect(processExitsWith: .success) {
            let long = "Long" + String(repeating: "Name", count: 15)
            let desk = try Self.desk([
                Self.page([Self.begun, Self.event(6, long, "IAM::Role", "CREATE_IN_PROGRESS")]),
                Self.page([Self.begun, Self.own(9, "CREATE_COMPLETE")]),
            ])
            let found = try await desk.onTerminal(
                typing: "", "watch", "-n", "ml", "--interval", "0.01")
            #expect(found.code == 0)
            let erase = "\u{1b}[3A\r\u{1b}[J"
            let parts = found.out.components(separatedBy: erase)
            #expect(parts.count == 2, "\(found.out.debugDescription)")
            let block = parts[0].components(separatedBy: "\r\n").dropLast().suffix(3)
            #expect(block.first?.hasPrefix("ml  CREATE_IN_PROGRESS  ") == true)
            #expect(block.dropFirst().first?.hasPrefix("phase 1/6 resources, ") == true)
            #expect(block.last?.hasPrefix("last event  CREATE_IN_PROGRESS") == true)
            #expect(block.allSatisfy { $0.count < 80 })
            #expect(parts.last?.contains("fleet: ml: CREATE_COMPLETE after 9 s") == true)
            // Where nobody can repaint lines there is none.
            unsafe setenv("TERM", "dumb", 1)
            try FileManager.default.removeItem(atPath: desk.home + "/look")
            let dumb = try await desk.onTerminal(
                typing: "", "watch", "-n", "ml", "--interval", "0.01")
            #expect(
                dumb.code == 0 && !dumb.out.contains("\u{1b}") && !dumb.out.contains("phase 1/6"))
        }
    }

    @Test("A limit ends it with 2 while the stack goes on, and says how to go on")
    func limit() async {
        await #expect(processExitsWith: .success) {
            let desk = try Self.desk([Self.page([Self.begun])])
            let found = try await desk.fleet(
                "watch", "-n", "ml", "--interval", "0.01", "--for", "0.0001")
            #expect(found.code == 2)
            #expect(found.err.contains("fleet: ml: CREATE_IN_PROGRESS after "))
            #expect(found.err.hasSuffix(" of watching -> fleet cluster watch -n ml\n"))
        }
    }

    @Test("The first warning ends an impatient watch; the stack is left alone")
    func failFast() async {
        await #expect(processExitsWith: .success) {
            // PROTECTED, as pcluster has it.
            let desk = try Self.desk(
                [Self.page([Self.begun])],
                pcluster: "echo '{\"clusterName\": \"ml\", \"computeFleetStatus\": \"PROTECTED\"}'")
            let found = try await desk.fleet(
                "watch", "-n", "ml", "--interval", "0.01", "--fail-fast")
            #expect(found.code == 1)
            #expect(
                found.err.contains(
                    ", the compute fleet is PROTECTED: static nodes failed to start ten times"))
            #expect(
                found.err.hasSuffix("fleet: ended at the first warning; the stack is left alone\n"))
            #expect(desk.calls().allSatisfy { !$0.contains("delete") })
        }
    }

    @Test("Ctrl-C and SIGTERM end it with 130, and say that the stack goes on")
    func interrupted() async throws {
        for signal in [SIGINT, SIGTERM] {
            let ended = await #expect(
                processExitsWith: .exitCode(130), observing: [\.standardErrorContent]
            ) { [signal = signal as Int32] in
                let desk = try Self.desk([Self.page([Self.begun])])
                // Only the second look sends it, so that the watch listens by then.
                let aws = desk.home + "/bin/aws"
                let script = try String(contentsOfFile: aws, encoding: .utf8)
                try
                    (script
                    + "\n[ -f \"$HOME/seen\" ] && kill -\(signal) \(getpid()); : >\"$HOME/seen\"\n")
                    .write(
                        toFile: aws, atomically: false, encoding: .utf8)
                let command = try ClusterCommand.parseAsRoot([
                    "watch", "-n", "ml", "--interval", "0.01",
                ])
                var watch = try #require(command as? any AsyncParsableCommand)
                try await watch.run()
            }
            let said = String(decoding: ended?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                said.hasSuffix(
                    "\nfleet: the stack is left alone, and goes on -> fleet cluster watch -n ml; "
                        + "fleet cluster delete -n ml takes it away\n"), "\(said)")
        }
    }
}
