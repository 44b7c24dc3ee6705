import ArgumentParser

/// How a command of `fleet cluster` prints its result.
enum ClusterFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    /// One document at the end.
    case json
    /// One document per line, as soon as it is known.
    case jsonl
}

/// The flags that every command of `fleet cluster` has.
struct ClusterOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("name")],
        help: ArgumentHelp("The cluster; CLUSTER_NAME where it is not given.", valueName: "name"))
    var name: String?

    @Option(
        name: [.customShort("r"), .customLong("region")],
        help: ArgumentHelp("The region; AWS_REGION where it is not given.", valueName: "region"))
    var region: String?

    @Option(
        help: ArgumentHelp("The profile of aws and pcluster; AWS_PROFILE else.", valueName: "name"))
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "A file of 'export K=V' lines, parsed and never run; ~/pcluster-env.sh where that is there.",
            valueName: "file"))
    var envFile: String?

    @Option(help: "table, json, or jsonl: one document per line as it comes.")
    var format: ClusterFormat = .table

    @Flag(help: "Ask nothing.")
    var yes = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false
}

/// `--set K=V`.
struct VariableOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A variable's value, before the environment's and the file's; may be given often.",
            valueName: "K=V"))
    var settings: [String] = []

    /// The variables by their names.
    ///
    /// - Throws: A ``ClusterError`` for a text that is not `K=V`.
    func values() throws(ClusterError) -> [String: String] {
        var values: [String: String] = [:]
        for text in settings {
            guard let (name, value) = Self.assignment(text) else {
                throw ClusterError(
                    .usage, "--set \(Self.name(in: text))", "is no K=V", next: "--set NAME=VALUE")
            }
            values[name] = value
        }
        return values
    }

    /// What stands in front of the value in a text that is no `K=V`, for a message: the value may be a secret.
    static func name(in text: String) -> Substring {
        text.prefix { $0 != "=" && !$0.isWhitespace }
    }

    /// The name and the value in `K=V`; nil for a text of another form.
    static func assignment(_ text: String) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "="), EnvironmentFile.isName(text[..<equals]) else {
            return nil
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
