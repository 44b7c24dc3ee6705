@testable import Health
import Reports
import SlurmModel
import Testing
import Verdicts

@Suite("The metrics of a health check") struct HealthMetricsTests {
    @Test("Texts in one have each name once, with all samples, and each series once")
    func families() {
        var families = MetricFamilies()
        families.add(
            "# HELP a Of a.\n# TYPE a gauge\na{n=\"1\"} 1\n# HELP b Of b.\n# TYPE b gauge\nb 2\n")
        families.add("# HELP a Of a.\n# TYPE a gauge\na{n=\"1\"} 9\na{n=\"two words\"} 3\n")
        #expect(
            families.text
                == "# HELP a Of a.\n# TYPE a gauge\na{n=\"1\"} 1\na{n=\"two words\"} 3\n# HELP b Of b.\n# TYPE b gauge\nb 2\n"
        )
    }
}
