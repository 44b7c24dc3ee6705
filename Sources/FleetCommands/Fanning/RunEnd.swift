/// How a run ended.
struct RunEnd {
    /// The exit code.
    var exitCode: Int32
    /// Its rows; nil where nothing was sent.
    var report: RunReport?
}
