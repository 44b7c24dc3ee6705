import Yams

extension YamlError {
    /// The line the error is in; nil where it has none.
    var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    /// What is wrong, in words.
    var cause: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
            .composer(_, let problem, _, _), .reader(let problem, _, _, _):
            "is no YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, _):
            "sets the same key twice: \(keys.joined(separator: ", "))"
        default: "is no YAML"
        }
    }
}
