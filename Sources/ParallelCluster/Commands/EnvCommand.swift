import ArgumentParser
import Terminal

/// `fleet cluster env`.
struct EnvCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract:
            "Every variable the template asks for: its value, where that is from, and whether it will do.",
        discussion: """
            Values are looked up in --set, the environment, and the environment file, in this order. The file is \
            parsed and never run. Exit codes: 0 all can be used; 64 one cannot; with --aws 1 one does not exist, \
            2 AWS could not be asked.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var variables: VariableOptions

    @Option(help: ArgumentHelp("A template of your own.", valueName: "file"))
    var template: String?

    @Option(
        help: ArgumentHelp(
            "Set one variable in the environment file: its line is replaced, or one is added.",
            valueName: "K=V"))
    var save: [String] = []

    @Flag(help: "Ask AWS whether the ids exist, and lie in one VPC.")
    var aws = false

    func work() async throws -> Int32 {
        let session = try ClusterSession(
            options, settings: try variables.values(), isFileNeeded: true)
        if !save.isEmpty { return try keep(session) }
        let found = try TemplateFile.read(template).variables(from: session.sources)
        let answers = aws ? try await IdentifierLookup(session).answers(for: found) : [:]
        let rows = found.map { variable in
            answers[variable.name].map { variable.judged($0) } ?? variable
        }
        try session.show(Self.document(rows)) { session.lines(of: Self.table(rows)) }
        let worst = rows.map(\.verdict).max() ?? .ok
        if found.contains(where: { $0.verdict == .fail }) { return 64 }
        return worst == .fail ? 1 : worst == .unknown ? 2 : 0
    }

    private func keep(_ session: ClusterSession) throws -> Int32 {
        var saved: [(String, String)] = []
        for text in save {
            guard let (name, value) = VariableOptions.assignment(text) else {
                throw ClusterError(
                    .usage, "--save \(VariableOptions.name(in: text))", "is no K=V",
                    next: "--save NAME=VALUE")
            }
            if Variable.isSecret(name) {
                throw ClusterError(
                    .usage, "--save \(name)", "is a secret by its name, and secrets are not saved",
                    next: "aws configure")
            }
            saved.append((name, value))
        }
        let file = try session.environmentFile()
        if !options.dryRun { try SavedVariables.save(saved, in: file) }
        session.console.say(
            "fleet: \(options.dryRun ? "would set" : "set") \(saved.map(\.0).joined(separator: ", ")) in \(file)"
        )
        return 0
    }

    static func table(_ rows: [Variable]) -> Table {
        var table = Table([
            .init("VARIABLE"), .init("VALUE"), .init("FROM"), .init("VERDICT"), .init("WHY"),
        ])
        for row in rows {
            table.add(
                [
                    row.name, row.shown ?? "-", row.source?.words ?? "-", row.verdict.rawValue,
                    row.why,
                ],
                styles: [3: row.verdict.style])
        }
        return table
    }

    static func document(_ rows: [Variable]) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.env/1"),
            "variables": .array(
                rows.map { row in
                    .object([
                        "name": .string(row.name), "value": JSONValue(row.shown),
                        "source": JSONValue(row.source?.words),
                        "line": JSONValue(row.lines.first),
                        "verdict": .string(row.verdict.rawValue),
                        "why": JSONValue(row.why.isEmpty ? nil : row.why),
                    ])
                }),
        ])
    }
}

extension RuleVerdict {
    /// Its style in a table.
    var style: TextStyle {
        switch self {
        case .ok: .good
        case .warn: .warning
        case .unknown: .unsure
        case .fail: .bad
        }
    }
}

extension Variable {
    /// The same variable with AWS's verdict on its value, if that verdict is worse.
    func judged(_ answer: (verdict: RuleVerdict, why: String)) -> Variable {
        guard answer.verdict > verdict else { return self }
        var result = self
        result.verdict = answer.verdict
        result.why = answer.why
        return result
    }
}

/// A template of the user, or the built-in one.
enum TemplateFile {
    static func read(_ path: String?) throws(ClusterError) -> ConfigurationTemplate {
        guard let path else { return .builtIn }
        guard let text = try PrivateFile.read(path) else {
            throw ClusterError(.usage, path, "is not there")
        }
        return ConfigurationTemplate(name: path, text: text)
    }
}

/// Writes variables into the environment file, and keeps the previous file beside it.
enum SavedVariables {
    static func save(_ values: [(String, String)], in file: String) throws(ClusterError) {
        let before = try PrivateFile.read(file)
        var text = before ?? ""
        for (name, value) in values { text = EnvironmentFile.saving(name, value, in: text) }
        guard text != before else { return }
        if let before { try PrivateFile.keep(before, as: file + ".before-fleet") }
        try PrivateFile.write(text, to: file)
    }
}
