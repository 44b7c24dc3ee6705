@testable import Configuration
@testable import FanOut
import Probes
@testable import Runs
@testable import SlurmModel
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// What scripts and monitors read of a run: its exit code.
@Suite("Exit codes") struct ExitCodeTests {
    private static func row(_ severity: Severity?) -> NodeReport {
        NodeReport(
            result: NodeResult(node: "n", outcome: severity == nil ? .notRun : .finished),
            judgement: severity.map { Judgement(findings: [Finding($0, code: "c", message: "m")]) },
            node: nil)
    }

    /// All mixes of the five ends that a node may have, under all flags.
    @Test("A mix of verdicts is never greener than its worst row", arguments: 0..<32)
    func mixes(_ mix: Int) {
        let kinds: [Severity?] = [.info, .warn, .unknown, .fail, nil]
        let present = kinds.indices.filter { mix & 1 << $0 != 0 }.map { kinds[$0] }
        // Once each and three times each: numbers change nothing.
        for times in [1, 3] {
            let summary = RunSummary(
                Array(repeating: present, count: times).joined().map(Self.row))
            #expect(summary.total == present.count * times)
            for isStrict in [false, true] {
                for ignores in [false, true] {
                    let code = summary.exitCode(strict: isStrict, ignoreNotRun: ignores)
                    let fails = present.contains(.fail) || (isStrict && present.contains(.warn))
                    let open = present.contains(.unknown) || (!ignores && present.contains(nil))
                    #expect(code == (fails ? 1 : open ? 2 : 0))
                    #expect(ExitCodes.meanings.contains { $0.code == code })
                }
            }
        }
    }

    @Test("Without a judgement nothing is green: how each end counts, as a check sees it")
    func outcomes() {
        let expected: [Outcome: Int32] = [
            .finished: 1, .timedOut: 1, .nodeFailed: 1, .launchFailed: 2, .cancelled: 2,
            .garbled: 2, .notRun: 2,
        ]
        let probe = CommandProbe(payload: Payload(arguments: ["x"], timeout: 60))
        for outcome in Outcome.allCases {
            // A record that is there and holds no exit code is no success either.
            let report = NodeReport(
                result: NodeResult(node: "n", outcome: outcome), node: nil, probe: probe)
            #expect(RunSummary([report]).exitCode() == expected[outcome], "\(outcome)")
        }
    }

    /// Several runs of one call, as `fleet health` with its parts.
    @Test("Of several codes the one that says most of what went wrong is given on")
    func worst() {
        let order: [Int32] = [130, 3, 1, 2]
        let all = order + [0, 64, 141]
        for first in all {
            #expect(ExitCodes.worst([first]) == first)
            for second in all {
                let both = ExitCodes.worst([first, second])
                #expect(both == ExitCodes.worst([second, first]))
                #expect([first, second].contains(both))
                let ranked = order.first { [first, second].contains($0) }
                #expect(both == ranked ?? max(first, second))
                // Another good run makes nothing better.
                #expect(ExitCodes.worst([first, second, 0, 0]) == both)
            }
        }
    }

    @Test(
        "An error's code: what the caller can mend is usage, all else is fleet's own trouble",
        arguments: [
            (SelectionError.unknownState("x"), 64), (SelectionError.unknownJobs(["1"]), 64),
            (RunStoreError(.notFound, attempt: "a", cause: "c"), 64),
            (RunStoreError(.file, attempt: "a", cause: "c"), 3),
            (RunStoreError(.otherUser, attempt: "a", cause: "c"), 3),
            (RunStoreError(.otherCluster, attempt: "a", cause: "c"), 3),
            (RunDirectoryError(path: "/r", cause: "c"), 3),
            (ConfigurationError(origin: "f", line: 3, cause: "c"), 3),
            (CancellationError(), 3),
        ] as [(any Error, Int32)])
    func errors(_ error: any Error, _ code: Int32) {
        #expect(ExitCodes.code(for: error) == code)
    }

    @Test("The list of --help stands in columns, a line for each code")
    func list() {
        let lines = ExitCodes.list.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == ExitCodes.meanings.count)
        for (line, (code, meaning)) in zip(lines, ExitCodes.meanings) {
            #expect(line.hasPrefix("  \(code) ") && line.hasSuffix(" " + meaning))
            #expect(line.count == 7 + meaning.count)
        }
        #expect(ExitCodes.meanings.map(\.code) == ExitCodes.meanings.map(\.code).sorted())
    }

    @Test("A file of the payload's that cannot be read is told with its path")
    func payloadFile() {
        #expect(
            PayloadFileError(path: "/a b", cause: "Permission denied").description
                == "cannot read /a b: Permission denied")
    }
}
