import Foundation
@testable import ParallelCluster
import Testing

/// `logs`, on a cluster with a head node, a login node and two compute nodes, whose hosts come in no good order.
@Suite("the logs of a cluster's machines")
struct LogsCommandTests {
    /// Login nodes run chef-client as the head node does, and may come first.
    private static let names = [
        "ip-10-0-0-2.i-00000000000000002.chef-client", "ip-10-0-0-2.i-00000000000000002.cloud-init",
        "ip-10-1-0-5.i-00000000000000005.chef-client", "ip-10-1-0-5.i-00000000000000005.cfn-init",
        "ip-10-1-0-5.i-00000000000000005.clustermgtd",
        "ip-10-1-0-5.i-00000000000000005.slurm_resume",
        "ip-10-2-0-7.i-00000000000000007.cloud-init-output",
        "ip-10-2-0-8.i-00000000000000008.cloud-init-output",
    ]

    /// Each stream has a line of its own name, an error in the middle, and what would steer a terminal.
    private static func pcluster(_ names: [String]) -> String {
        let streams = names.map { #"{"logStreamName": "\#($0)"}"# }.joined(separator: ", ")
        return """
            case "$*" in
            list-cluster-log-streams*) echo '{"logStreams": [\(streams)]}' ;;
            get-cluster-log-events*) echo '{"events": [{"timestamp": "2026-11-26T19:41:14.000Z", "message": "end"},
            {"timestamp": "2026-11-26T19:41:13.000Z", "message": "ERROR \\u001b[2Jof '"$7"'"},
            {"timestamp": "2026-11-26T19:41:12.000Z", "message": "begin"}]}' ;;
            esac
            """
    }

    private static func streams(_ calls: [String]) -> [String] {
        calls.filter { $0.contains("get-cluster-log-events") }.map { call in
            String(call.split(separator: " ").first { $0.hasPrefix("ip-") } ?? "?")
        }
    }

    @Test("Without a name there is the list of all, and no stream is read")
    func list() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.names))
            let found = try await desk.fleet("logs", "-n", "ml")
            #expect(found.code == 0 && found.err.isEmpty && found.lines.count == 9, "\(found)")
            #expect(found.lines[0].hasPrefix("STREAM") && found.lines[1].hasPrefix("chef-client"))
            #expect(Self.streams(desk.calls()).isEmpty)
            let none = try CommandDesk(pcluster: Self.pcluster([]))
            let silent = try await none.fleet("logs", "-n", "ml", "--errors")
            #expect(silent.code == 2 && silent.out.isEmpty)
            #expect(
                silent.err == "fleet: ml: no log stream: the head node has sent nothing\n")
        }
    }

    @Test("Errors are those of the head node, which is where clustermgtd runs")
    func errors() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.names))
            let found = try await desk.fleet("logs", "-n", "ml", "--errors", "--limit", "7")
            #expect(found.code == 0 && found.err.isEmpty, "\(found.err)")
            let calls = desk.calls()
            #expect(Self.streams(calls) == Array(Self.names[2...4]))
            #expect(calls.last?.hasSuffix("--limit 7") == true)
            #expect(
                found.lines
                    == Self.names[2...4].map { name in
                        "2026-11-26T19:41:13Z \(LogStream(name: name).short): ERROR \\x1b[2Jof \(name)"
                    })
            // Of one stream, its name says nothing.
            let one = try await desk.fleet("logs", "-n", "ml", "chef-client")
            #expect(
                one.lines == [
                    "2026-11-26T19:41:12Z begin",
                    "2026-11-26T19:41:13Z ERROR \\x1b[2Jof \(Self.names[2])",
                    "2026-11-26T19:41:14Z end",
                ])
            #expect(Self.streams(desk.calls()) == [Self.names[2]])
        }
    }

    @Test(
        "Another machine by its host or its instance, and a stream by its full name wherever it is")
    func machines() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.names))
            for node in ["ip-10-2-0-8", "i-00000000000000008"] {
                let found = try await desk.fleet(
                    "logs", "-n", "ml", "--node", node, "cloud-init-output")
                #expect(found.code == 0 && found.lines.count == 3, "\(found)")
                #expect(Self.streams(desk.calls()) == [Self.names[7]])
            }
            // All of a node's streams are looked into, since it has none of the head node's.
            let all = try await desk.fleet("logs", "-n", "ml", "--node", "ip-10-2-0-7", "--errors")
            #expect(all.lines == ["2026-11-26T19:41:13Z ERROR \\x1b[2Jof \(Self.names[6])"])
            #expect(Self.streams(desk.calls()) == [Self.names[6]])
            let full = try await desk.fleet("logs", "-n", "ml", Self.names[1])
            #expect(full.code == 0 && Self.streams(desk.calls()) == [Self.names[1]])
        }
    }

    @Test(
        "As JSON the lines come as they were sent, and without a stream those of the machine that was named"
    )
    func documents() async {
        await #expect(processExitsWith: .success) {
            struct Document: Decodable {
                struct Line: Decodable, Equatable {
                    var stream: String
                    var time: Double
                    var text: String
                }
                var schema: String
                var streams: [String]
                var lines: [Line]?
            }
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.names))
            func document(_ words: String...) async throws -> Document {
                let found = try await desk.fleet(
                    "logs", "-n", "ml", "--format", "json", words[0], words[1])
                #expect(found.code == 0 && found.err.isEmpty, "\(found)")
                let document = try JSONDecoder().decode(Document.self, from: Data(found.out.utf8))
                #expect(document.schema == "fleet.cluster.logs/1")
                return document
            }
            let one = try await document("cloud-init", "--node=ip-10-0-0-2")
            #expect(one.streams == [Self.names[1]])
            #expect(
                one.lines?.map(\.text) == ["begin", "ERROR \u{1b}[2Jof \(Self.names[1])", "end"])
            #expect(one.lines?.map(\.time) == [1_795_722_072, 1_795_722_073, 1_795_722_074])
            #expect(one.lines?.allSatisfy { $0.stream == Self.names[1] } == true)
            let errors = try await document("--errors", "--limit=9")
            #expect(errors.streams == Array(Self.names[2...4]))
            #expect(errors.lines?.map(\.stream) == Array(Self.names[2...4]))
            #expect(Self.streams(desk.calls()).count == 4)
            // A machine alone is a question for its streams; nothing of them is read.
            let machine = try await document("--node", "ip-10-1-0-5")
            #expect(machine.streams == Array(Self.names[2...5]) && machine.lines == nil)
            #expect(Self.streams(desk.calls()).isEmpty)
        }
    }

    @Test("A machine or a stream that is not there has no errors, and that is no good news")
    func nothingThere() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster(Self.names))
            let next = " -> fleet cluster logs shows which there are\n"
            for words in [["--errors"], ["--save", desk.home + "/kept"]] {
                let found = try await desk.fleet(
                    "logs", "-n", "ml", "--node", "ip-10-2-0-9", words[0],
                    words.count > 1 ? words[1] : "--yes")
                #expect(found.code == 64 && found.out.isEmpty)
                #expect(found.err == "fleet: error: ip-10-2-0-9: there is no log of it" + next)
            }
            #expect(!FileManager.default.fileExists(atPath: desk.home + "/kept"))
            let stream = try await desk.fleet(
                "logs", "-n", "ml", "clustermgtd", "--node", "ip-10-2-0-7")
            #expect(stream.code == 64)
            #expect(
                stream.err
                    == "fleet: error: clustermgtd: there is no such log of ip-10-2-0-7 -> cloud-init-output\n"
            )
            #expect(Self.streams(desk.calls()).isEmpty)
            // Compute nodes alone: the head node's errors cannot be told.
            let headless = try CommandDesk(pcluster: Self.pcluster(Array(Self.names[6...])))
            let found = try await headless.fleet("logs", "-n", "ml", "--errors")
            #expect(found.code == 2 && found.out.isEmpty)
            #expect(found.err == "fleet: error: the head node: there is no log of it" + next)
            #expect(try await headless.fleet("logs", "-n", "ml").code == 0)
        }
    }

    @Test("Saved logs are whole, private, and in the folder whatever AWS calls them")
    func save() async {
        await #expect(processExitsWith: .success) {
            let names = Self.names + ["ip-10-1-0-5.i-5.../../\u{e9}x y"]
            let desk = try CommandDesk(pcluster: Self.pcluster(names))
            let folder = desk.home + "/kept/logs"
            let found = try await desk.fleet("logs", "-n", "ml", "--save", folder)
            #expect(found.code == 0 && found.out.isEmpty)
            #expect(found.err == "fleet: 5 logs in \(folder)\n")
            let manager = FileManager.default
            let files = try manager.contentsOfDirectory(atPath: folder).sorted()
            let own = Self.names[2...5].map { $0 + ".log" } + ["ip-10-1-0-5.i-5.....xy.log"]
            #expect(files == own.sorted())
            let text = try #require(desk.text("kept/logs/" + Self.names[4] + ".log"))
            #expect(
                text
                    == "2026-11-26T19:41:12Z begin\n2026-11-26T19:41:13Z ERROR \u{1b}[2Jof \(Self.names[4])\n"
                    + "2026-11-26T19:41:14Z end\n")
            for (path, mode) in [(folder, 0o700), ("\(folder)/\(own[0])", 0o600)] {
                let found = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(found == mode, "\(path)")
            }
            // With --errors the files hold those alone, and one stream is one file.
            let other = desk.home + "/errors"
            let errors = try await desk.fleet(
                "logs", "-n", "ml", "cfn-init", "--errors", "--save", other)
            #expect(errors.err == "fleet: 1 logs in \(other)\n")
            #expect(
                desk.text("errors/\(Self.names[3]).log")
                    == "2026-11-26T19:41:13Z ERROR \u{1b}[2Jof \(Self.names[3])\n")
        }
    }
}
