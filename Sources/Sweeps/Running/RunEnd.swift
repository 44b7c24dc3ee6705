package import Reports

/// How a run ended.
package struct RunEnd {
    /// The exit code.
    package var exitCode: Int32
    /// Its rows; nil where nothing was sent.
    package var report: RunReport?
}
