import ArgumentParser
import Configuration
import DefinedChecks
import FanOut
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// `fleet check`: a probe that a file describes, on every selected node.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", _superCommandName: "fleet",
        abstract: "Run a probe of your own on nodes, and compare them.",
        usage: "fleet check [<options>] (<name|file> ... | --init <name>)",
        discussion: """
            A probe is a YAML file: a script, how its output is read, rules, and what nodes should have in common. \
            'fleet checks' lists those that have a name; --init begins one.

            Examples:
              fleet check environment
              fleet check environment disk memory
              fleet check --init cooling
              fleet check --diff environment
              fleet check environment --expect fsx=mounted --expect 'nvidia_driver=570.*'
              fleet check -p gpu --wide ./probes/disk.yaml
            """)

    @Argument(
        help: ArgumentHelp(
            "The probes: their names, or their files; nodes are named with -n.",
            valueName: "name|file"),
        completion: ClusterCompletion.probes)
    var probes: [String] = []

    @Option(
        name: .customLong("init"),
        help: ArgumentHelp(
            "Write NAME.yaml here, a probe with comments to begin with, and check nothing.",
            valueName: "name"))
    var newName: String?

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var results: ResultFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags
    @OptionGroup var drainFlags: DrainFlags

    @Flag(name: .long, help: "Show for each field what most nodes have, and which differ.")
    var diff = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Fail where this field says anything else (again for another field, or another value; * at the end: anything).",
            valueName: "field=value"))
    var expect: [String] = []

    @Flag(name: .long, help: "Also check this machine, the head node.")
    var includeHead = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long the probe may take on a node (default: as its file says).",
            valueName: "time"))
    var timeout: Seconds?

    mutating func validate() throws {
        if let newName {
            guard probes.isEmpty else { throw ValidationError("--init goes without a probe.") }
            guard ProbeTemplate.isName(newName) else {
                throw ValidationError("--init takes letters, digits, '-' and '_'.")
            }
            return
        }
        guard let probe = probes.first else {
            throw ValidationError("Name a probe: 'fleet checks' lists them.")
        }
        guard
            probes.count == 1
                || ([.table, .jsonl].contains(options.format) && results.output == nil)
        else {
            throw ValidationError(
                "One document is of one probe: name \(probe) alone, or take --format jsonl.")
        }
        if probes.count > 1, diff || !expect.isEmpty {
            throw ValidationError("--diff and --expect are of one probe: name it alone.")
        }
        if diff, results.wide || options.format != .table {
            throw ValidationError("--diff is a table of its own: leave --wide and --format out.")
        }
    }

    mutating func run() async throws {
        if let newName { return try ProbeTemplate.write(newName) }
        let selection = try selectors.selection()
        try drainFlags.check(options)
        let session = try Session()
        let library = ProbeLibrary(
            environment: session.environment, slurmFolder: session.slurm.folder,
            configuration: session.configuration)
        // A probe that is not there is told before the first one runs.
        let definitions = try probes.map { try definition(of: $0, in: library, session) }
        var codes: [Int32] = []
        for definition in definitions {
            if definitions.count > 1 { session.console.say("fleet: check \(definition.name)") }
            codes.append(try await check(definition, selection, session))
            if codes.last == ExitCodes.interrupted { break }
        }
        throw ExitCode(ExitCodes.worst(codes))
    }

    private func definition(
        of probe: String, in library: ProbeLibrary, _ session: Session
    ) throws -> ProbeDefinition {
        var definition = try library.probe(probe)
        if let timeout { definition.timeout = timeout.count }
        definition = try expectations(definition, session.configuration)
        if diff, definition.baseline.isEmpty {
            throw UsageError("--diff: \(definition.name) has no baseline to compare nodes by.")
        }
        return definition
    }

    /// Checks the nodes with one probe.
    private func check(
        _ definition: ProbeDefinition, _ selection: NodeSelection, _ session: Session
    ) async throws -> Int32 {
        let policy = try results.policy(
            configuration: session.configuration, codes: definition.codes)
        let specification = DefinedCheckSpecification(definition, policy: policy)
        let output = RunOutput(
            table: RunTables.table(
                for: specification, view: ReportView(wide: results.wide, diff: diff)),
            format: options.format, metrics: RunTables.metrics(for: specification),
            file: results.output)
        let runner = FanOutRunner(
            session: session, specification: specification, output: output, options: options,
            jobFlags: jobFlags, includesHead: includeHead)
        let end = try await runner.end(selection: selection)
        return try await drainFlags.act(on: end, session, options)
    }

    /// The probe with what configuration and flags expect; a flag replaces what the configuration expects of its field.
    private func expectations(
        _ definition: ProbeDefinition, _ configuration: FleetConfiguration
    ) throws(UsageError) -> ProbeDefinition {
        var values = definition.expectations(of: configuration)
        var given: [String: [String]] = [:]
        for text in expect {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw UsageError("--expect needs FIELD=VALUE, not '\(text)'.")
            }
            given[String(parts[0]), default: []].append(String(parts[1]))
        }
        values.merge(given) { $1 }
        return values.sorted { $0.key < $1.key }.reduce(definition) {
            $0.expecting($1.key, $1.value)
        }
    }
}
