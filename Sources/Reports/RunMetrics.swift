/// How a run becomes metrics that Prometheus reads.
package protocol RunMetrics: Sendable {
    /// The metrics of a run that is over.
    func text(of report: RunReport) -> String
}
