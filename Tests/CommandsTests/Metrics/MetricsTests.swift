@testable import GPUCheck
import SlurmModel
@testable import Terminal
import Testing

@Suite(.serialized) struct MetricsTests {
    @Test func gpus() throws {
        let text = GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports))
        try Golden.check(text, "gpu-check-prometheus")
    }

    @Test("Every sample stands below its own HELP and TYPE, each of which is there once")
    func format() {
        let text = GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports))
        var metric = ""
        var seen: Set<Substring> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                let name = line.split(separator: " ")[2]
                #expect(seen.insert(name).inserted)
                metric = String(name)
            } else if line.hasPrefix("# TYPE ") {
                #expect(line == "# TYPE \(metric) gauge")
            } else {
                #expect(line.hasPrefix(metric + "{") || line.hasPrefix(metric + " "), "\(line)")
                #expect(line.wholeMatch(of: /[a-z_]+(\{.*\})? -?[0-9.e+\-]+/) != nil, "\(line)")
            }
        }
        #expect(text.hasSuffix("\n"))
        #expect(seen.contains("fleet_gpu_check_timestamp_seconds"))
    }

    @Test func escaping() {
        var text = PrometheusText()
        text.gauge("a", "one\\two\n\"three\"", [PrometheusText.Sample([("l", "a\\b\"c\nd")], 1.5)])
        text.gauge("b", "nothing", [])
        #expect(
            text.text == """
                # HELP a one\\\\two\\n"three"
                # TYPE a gauge
                a{l="a\\\\b\\"c\\nd"} 1.5

                """)
    }
}
