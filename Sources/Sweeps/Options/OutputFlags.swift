import ArgumentParser
package import Reports
package import Terminal

/// The flags that say how the nodes' output is shown.
package struct OutputFlags: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Flag(name: .long, help: "Show equal output once, with the nodes it came from.")
    package var gather = false

    @Flag(name: .long, help: "With --gather: show what differs from the majority's output.")
    package var diff = false

    @Flag(name: .long, help: "Show every line of output as it comes, with its node before it.")
    var label = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also write every node's output to NODE.out and NODE.err in this folder.",
            valueName: "folder"),
        completion: .directory)
    var outputDir: String?

    mutating func validate() throws {
        if label, gather || diff {
            throw ValidationError("--label and --gather exclude each other.")
        }
    }

    /// How to show a run.
    ///
    /// - Throws: A ``UsageError`` for a format that has no such view, an ``OutputFolderError``.
    package func output(
        table: any ReportTable, format: OutputFormat, metrics: (any RunMetrics)? = nil,
        page: (@Sendable (RunReport) -> String)? = nil
    ) throws -> RunOutput {
        guard format != .prometheus || metrics != nil else {
            throw UsageError("--format prometheus is for health, gpu-check, check-mount and check.")
        }
        guard format != .html || page != nil else {
            throw UsageError("--format html is for health, and for show of such a run.")
        }
        guard format == .table || !(gather || diff || label) else {
            throw UsageError(
                "--gather, --diff and --label are views for people: leave --format out.")
        }
        let view: RunOutput.View =
            label ? .lines : gather || diff ? .groups(diff: diff) : .rows
        var output = RunOutput(
            table: table, format: format, view: view,
            folder: try outputDir.map { try OutputFolder(path: $0) }, metrics: metrics)
        output.page = page
        return output
    }
}
