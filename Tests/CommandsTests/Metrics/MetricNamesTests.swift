@testable import DefinedChecks
@testable import GPUCheck
@testable import LustreCheck
@testable import Reports
@testable import Terminal
import Testing
@testable import Verdicts

/// What `promtool check metrics` would say of fleet's metrics.
@Suite struct MetricNamesTests {
    /// Names as Prometheus wants them: https://prometheus.io/docs/practices/naming.
    static func complaints(_ text: String) -> [String] {
        let units = [
            "milliseconds", "ms", "minutes", "hours", "days", "kilobytes", "megabytes", "mib",
            "gib", "mb",
            "kb", "percent", "fahrenheit", "mhz", "celcius",
        ]
        var found: [String] = []
        for line in text.split(separator: "\n") where line.hasPrefix("# HELP ") {
            let words = line.split(separator: " ", maxSplits: 3)
            let name = String(words[2])
            let parts = name.split(separator: "_").map(String.init)
            if words.count < 4 { found.append("\(name): no help text") }
            if name != name.lowercased() { found.append("\(name): not in lower case") }
            for unit in units where parts.contains(unit) { found.append("\(name): unit \(unit)") }
            // Only counters and histograms end so.
            for end in ["total", "count", "sum", "bucket", "info", "gauge"] where parts.last == end
            {
                found.append("\(name): a gauge does not end in _\(end)")
            }
        }
        return found
    }

    private static let texts: [String] = [
        GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports)),
        MountMetrics().text(of: Fixtures.run("check-mount", Fixtures.checkReports)),
    ]

    @Test("Base units, help for each, and no gauge that is named like a counter", arguments: texts)
    func names(_ text: String) {
        #expect(Self.complaints(text).isEmpty)
        #expect(text.contains("# HELP"))
    }

    @Test(
        "A node that was not run has no verdict's number, which would be above fail",
        arguments: texts)
    func notRun(_ text: String) {
        let verdicts = text.split(separator: "\n").filter { $0.contains("_verdict{") }
        #expect(!verdicts.isEmpty && verdicts.allSatisfy { $0.suffix(2) <= " 3" }, "\(verdicts)")
        #expect(text.contains("_node_not_run{node=\""))
    }

    @Test func seen() {
        #expect(Self.complaints("# HELP a_milliseconds x\n# HELP b_total y\n# HELP c\n").count == 3)
    }
}
