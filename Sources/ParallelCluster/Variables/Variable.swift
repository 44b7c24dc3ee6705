/// A variable of a template: its value, where the value was found, and whether it can be used.
package struct Variable: Hashable, Sendable {
    /// The source of a value, in order of priority.
    package enum Source: Hashable, Sendable {
        /// `--set` of the command line.
        case option
        /// The process environment.
        case environment
        /// A line of the environment file.
        case file(String, line: Int)

        /// The source in words, such as `environment` or `pcluster-env.sh:3`.
        package var words: String {
            switch self {
            case .option: "--set"
            case .environment: "environment"
            case .file(let path, let line): "\(path):\(line)"
            }
        }
    }

    /// Its name.
    package var name: String
    /// Its value; nil where nothing sets it.
    package var value: String?
    /// Where the value was found.
    package var source: Source?
    /// The template's lines with this variable, from 1.
    package var lines: [Int]
    /// Whether it can be used.
    package var verdict: RuleVerdict
    /// Why it cannot be used; empty when it can.
    package var why: String

    /// The value as it may be printed: hidden when the name says that it is a secret.
    package var shown: String? {
        Self.isSecret(name) ? value.map { _ in "(not shown)" } : value
    }

    /// Whether a name says that its value is a secret.
    package static func isSecret(_ name: String) -> Bool {
        let words = [
            "SECRET", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "ACCESS_KEY", "API_KEY",
            "APIKEY",
            "PRIVATE_KEY", "CREDENTIAL",
        ]
        let upper = name.uppercased()
        return words.contains { upper.firstRange(of: $0) != nil }
    }
}

/// Where values are looked up.
package struct VariableSources: Sendable {
    /// The values from `--set`.
    package var options: [String: String]
    /// The process environment.
    package var environment: [String: String]
    /// The environment file; nil where there is none.
    package var file: EnvironmentFile?
    /// Where the file was looked for, for messages; nil when no file is wanted.
    package var filePath: String?

    /// Names the places, the strongest first.
    package init(
        options: [String: String] = [:], environment: [String: String] = [:],
        file: EnvironmentFile? = nil, filePath: String? = nil
    ) {
        self.options = options
        self.environment = environment
        self.file = file
        self.filePath = filePath ?? file?.path
    }

    /// The value of a name, for flags that have one as their default; nil where it is unset or empty.
    package func value(_ name: String) -> String? {
        find(name).flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Finds a variable of the template, and checks its value.
    ///
    /// - Parameters:
    ///   - name: The variable.
    ///   - lines: The template's lines that ask for it.
    /// - Returns: The variable, with its verdict.
    package func variable(_ name: String, lines: [Int] = []) -> Variable {
        let found = find(name)
        var variable = Variable(
            name: name, value: found?.value, source: found?.source, lines: lines, verdict: .ok,
            why: "")
        if let problem = Self.problem(of: found?.value, isSecret: Variable.isSecret(name)) {
            variable.verdict = .fail
            variable.why = found == nil ? "\(problem) (looked in \(places))" : problem
        } else if let disagreement = disagreement(name) {
            variable.verdict = .warn
            variable.why = disagreement
        }
        return variable
    }

    private func find(_ name: String) -> (value: String, source: Variable.Source)? {
        if let value = options[name] { return (value, .option) }
        if let value = environment[name] { return (value, .environment) }
        return file.flatMap { file in
            file.entry(name).map { ($0.value, .file(file.path, line: $0.line)) }
        }
    }

    /// Where a value was looked for.
    package var places: String {
        "the environment" + (filePath.map { " and \($0)" } ?? "")
    }

    private func disagreement(_ name: String) -> String? {
        guard options[name] == nil, let here = environment[name],
            let entry = file?.entry(name), entry.value != here
        else { return nil }
        let isSecret = Variable.isSecret(name)
        return isSecret
            ? "the environment's value is used; \(file?.path ?? "the file"):\(entry.line) has another"
            : "the environment's is used; \(file?.path ?? "the file"):\(entry.line) has '\(entry.value)'"
    }

    /// Why a value cannot be used; nil for a usable value.
    static func problem(of value: String?, isSecret: Bool = false) -> String? {
        guard let value else { return "not set" }
        let bare = value.trimmingBlanks()
        if bare.isEmpty { return "empty" }
        // 'aws --output text' prints 'None' for a missing value; the other texts are placeholders to be replaced by
        // hand.
        let standIns = [
            "none", "null", "na", "n/a", "undefined", "remove_this_line", "changeme", "todo",
        ]
        let lower = bare.lowercased()
        if standIns.contains(lower) || (bare.hasPrefix("<") && bare.hasSuffix(">"))
            || lower.hasPrefix("your-") || lower.hasPrefix("your_")
        {
            return "\(isSecret ? "it" : "'\(bare)'") stands for no value"
        }
        if value != bare { return "has blanks around it" }
        // YAML ends a line at Unicode's separators too: what comes after them would be a key of its own.
        let categories: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
        if value.unicodeScalars.contains(where: {
            categories.contains($0.properties.generalCategory)
        }) {
            return "has a control character in it"
        }
        return nil
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    func trimmingBlanks() -> String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
