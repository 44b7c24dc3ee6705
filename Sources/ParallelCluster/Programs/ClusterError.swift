/// A failure between fleet, pcluster, aws and AWS: what was tried, why it did not work, and what to do next.
package struct ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind, which decides about the exit code and about trying again.
    package enum Kind: Hashable, Sendable {
        /// A rule, a creation, an update failed.
        case failed
        /// The answer of AWS or of a program cannot be read.
        case unclear
        /// pcluster, aws, Node.js, the session plugin, or a file of these is missing.
        case missing
        /// Missing credentials, or credentials that AWS refuses.
        case credentials
        /// The credentials may not do this.
        case permission
        /// AWS wants to be asked less often.
        case throttled
        /// The cluster, stack or stream does not exist.
        case notThere
        /// The command line, a variable or a file is not valid.
        case usage
        /// A signal ended it, or the answer to the question was no.
        case interrupted
    }

    /// The kind.
    package var kind: Kind
    /// What was tried, or what is wrong.
    package var what: String
    /// Why it did not work.
    package var why: String
    /// What to do; empty when there is nothing to add.
    package var next: String

    /// Makes an error.
    package init(_ kind: Kind, _ what: String, _ why: String, next: String = "") {
        self.kind = kind
        self.what = what
        self.why = why
        self.next = next
    }

    /// `WHAT: WHY -> NEXT`.
    package var description: String {
        "\(what): \(why)" + (next.isEmpty ? "" : " -> \(next)")
    }

    /// The exit code.
    package var exitCode: Int32 {
        switch kind {
        case .failed, .notThere: 1
        case .unclear, .throttled: 2
        case .missing, .credentials, .permission: 3
        case .usage: 64
        case .interrupted: 130
        }
    }

    private static let signs: [(Kind, [String], String)] = [
        (
            .credentials,
            [
                "Unable to locate credentials", "NoCredentials", "InvalidClientTokenId",
                "ExpiredToken",
                "The security token included in the request", "UnrecognizedClient", "AuthFailure",
                "could not be found) ", "The config profile", "SignatureDoesNotMatch",
                "Error when retrieving token", "Token has expired", "Partial credentials",
            ],
            "aws sts get-caller-identity shows who you are; aws configure, aws sso login or --profile"
        ),
        (
            .throttled,
            ["Throttl", "Rate exceeded", "TooManyRequests", "RequestLimitExceeded", "SlowDown"],
            "wait a minute"
        ),
        (
            .permission, ["AccessDenied", "not authorized to perform", "UnauthorizedOperation"],
            "ask for that permission, or --profile"
        ),
        (
            .missing, ["Node.js", "node.js", "SessionManagerPlugin is not found"],
            "install it on this machine"
        ),
        (
            .unclear,
            [
                "Could not connect to the endpoint", "Connect timeout", "Read timeout",
                "Connection was closed", "Connection refused", "Name or service not known",
                "Temporary failure in name resolution", "EndpointConnectionError",
                "SSL validation failed",
            ], "is there a way to AWS from here, and is the region's name right?"
        ),
        (
            .notThere,
            ["does not exist", "ResourceNotFoundException", "InvalidInstanceId"],
            "fleet cluster list shows what there is"
        ),
    ]

    /// Makes an error from the messages of a program.
    ///
    /// - Parameters:
    ///   - what: What was tried.
    ///   - words: What the program said.
    ///   - arguments: What else the program was given.
    /// - Returns: The error.
    package static func telling(
        _ what: String, _ words: String, given arguments: [String] = []
    ) -> ClusterError {
        let text = withoutNames(of: [what] + arguments, in: words)
        for (kind, marks, next) in signs
        where marks.contains(where: { text.firstRange(of: $0) != nil }) {
            return ClusterError(kind, what, words, next: next)
        }
        return ClusterError(.failed, what, words)
    }

    /// The messages without the names that were asked for: a cluster called `SlowDown` tells of no throttling.
    private static func withoutNames(of given: [String], in words: String) -> String {
        let name = /[\p{L}\p{N}_.\-]+/
        let marks = signs.flatMap(\.1)
        let names = Set(given.flatMap { $0.matches(of: name).map(\.output) })
            .filter { name in marks.contains { name.firstRange(of: $0) != nil } }
        return words.replacing(name) { match -> Substring in
            // A quoted name may end a sentence.
            let isEnd = match.output.last == "." && names.contains(match.output.dropLast())
            return isEnd || names.contains(match.output) ? " " : match.output
        }
    }
}
