import FoundationEssentials

/// Who types a command on a trial's cluster: what holds for root must hold for the ordinary user, too.
enum Caller: CaseIterable, CustomStringConvertible {
    case root, user

    var description: String { self == .root ? "root" : "operator" }

    /// Runs fleet.
    func fleet(
        _ trial: Trial, _ words: [String], environment: [String: String] = [:]
    ) async throws -> Ran {
        switch self {
        case .root: return try await trial.fleet(words, environment: environment)
        case .user:
            let variables = environment.map { "\($0.key)='\($0.value)' " }.joined()
            let line = words.map { "'\($0)'" }.joined(separator: " ")
            return try await trial.asOperator("\(variables)'\(trial.cluster.program)' \(line)")
        }
    }

    /// A folder that the caller can write to, on storage that the nodes share.
    func folder(_ trial: Trial) -> String {
        self == .root ? trial.shared : "\(trial.cluster.home)/operator"
    }
}
