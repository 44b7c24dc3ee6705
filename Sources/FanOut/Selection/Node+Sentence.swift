package import SlurmModel

extension Node {
    /// The state in words with who made it so, when and why: `drained by root 2 h ago: bad GPU`.
    ///
    /// - Parameters:
    ///   - now: The present, in seconds since 1970.
    ///   - since: When it was first seen in this state, in seconds since 1970, as a watch knows it; Slurm itself
    ///     keeps a time only with a reason.
    /// - Returns: One sentence without its period; the reason's text comes last, as it was set, control
    ///   characters included.
    package func sentence(now: Int, since: Int? = nil) -> String {
        var phrases = state.phrases
        let first = phrases.removeFirst()
        guard let reason else {
            let age = since.map { " for \(Age(seconds: now - $0).text)" } ?? ""
            return ([first + age] + phrases).joined(separator: ", ")
        }
        let user = reason.user.map { " by \($0)" } ?? ""
        let age = reason.time.map { " \(Age(seconds: now - $0).text) ago" } ?? ""
        let more = phrases.isEmpty ? "" : " (\(phrases.joined(separator: ", ")))"
        // A node does not become idle for a reason: this reason is left over from an earlier state.
        return hasCause
            ? "\(first)\(user)\(age)\(more): \(reason.text)"
            : "\(first)\(more); reason set\(user)\(age): \(reason.text)"
    }

    /// Whether its state is one for which a user or Slurm sets a reason.
    private var hasCause: Bool {
        state.base == .down || state.base == .error
            || [.drain, .fail, .invalidRegistration, .rebootIssued].contains(where: state.has)
    }
}
