@testable import FanOut
import SlurmModel
@testable import Verdicts

extension Fixtures {
    /// A node that ran a command to its end.
    static func ran(
        _ node: String, _ stdout: [UInt8], exit: ExitStatus = .exited(0), stderr: [UInt8] = []
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: node, outcome: .finished, exit: exit, duration: Double(node.count),
                launcher: .job, jobID: UInt32(node.utf8.count), stdout: stdout, stderr: stderr),
            node: nil, probe: CommandProbe(payload: Payload(arguments: ["x"], timeout: 60)))
    }

    /// A node that ran a command to its end, its output as text.
    static func ran(
        _ node: String, _ stdout: String, exit: ExitStatus = .exited(0), stderr: String = ""
    ) -> NodeReport {
        ran(node, Array(stdout.utf8), exit: exit, stderr: Array(stderr.utf8))
    }

    /// Bytes that are no text, with every value in them.
    static let binary = [UInt8](0...255) + [0xff, 0x0a, 0x00, 0x0d, 0x0a]

    /// Output of every awkward shape: what comes back must be these bytes.
    static let payloads = [
        OutputPayload("nothing", []), OutputPayload("a newline", [0x0a]),
        OutputPayload("two newlines", [0x0a, 0x0a]), OutputPayload("a line", Array("one\n".utf8)),
        OutputPayload("no final newline", Array("one\ntwo".utf8)),
        OutputPayload("carriage returns", Array("a\r\nb\r\n".utf8)),
        OutputPayload("quotes and commas", Array("say \"hi\", twice\n".utf8)),
        OutputPayload("a blank", Array(" ".utf8)), OutputPayload("binary", binary),
        OutputPayload("8 KB line", [UInt8](repeating: 0x61, count: 8_000) + [0x0a]),
        OutputPayload("80 KB line", [UInt8](repeating: 0x62, count: 80_000)),
        OutputPayload("10 MB line", [UInt8](repeating: 0x63, count: 10_000_000) + [0x0a]),
    ]
}
