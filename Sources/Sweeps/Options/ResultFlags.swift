package import ArgumentParser
package import Configuration
package import Terminal
package import Verdicts

/// The flags of checks that say which findings count, and where the results are written.
package struct ResultFlags: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Flag(name: .long, help: "A row per node with all columns, instead of folded groups.")
    package var wide = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only findings whose codes begin so: gpu.xid,gpu.ecc.", valueName: "codes"),
        completion: ClusterCompletion.codeBeginnings)
    var only: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("No findings whose codes begin so.", valueName: "codes"),
        completion: ClusterCompletion.codeBeginnings)
    var skip: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the result to this file, whole or not at all, and not to standard output.",
            valueName: "file"),
        completion: .file())
    package var output: String?

    /// Which findings count, and with which severity.
    ///
    /// - Parameters:
    ///   - configuration: What files say.
    ///   - codes: The codes that the command has.
    /// - Returns: The configuration's policy with what the flags say.
    /// - Throws: A ``UsageError`` for a beginning that no code has.
    package func policy(
        configuration: FleetConfiguration, codes: [String]
    ) throws(UsageError) -> FindingPolicy {
        var policy = configuration.findingPolicy
        policy.only = try Self.words(only, of: "--only", codes: codes)
        policy.skip = try Self.words(skip, of: "--skip", codes: codes)
        return policy
    }

    private static func words(
        _ lists: [String], of flag: String, codes: [String]
    ) throws(UsageError) -> [String] {
        let words = try words(lists, of: flag)
        for word in words where !codes.contains(where: { $0.hasPrefix(word) }) {
            throw UsageError(
                "\(flag) \(word): no finding's code begins so; --explain all lists them.")
        }
        return words
    }

    /// The words of a flag that takes lists.
    ///
    /// - Parameters:
    ///   - lists: Its values, each with words between commas or blanks.
    ///   - flag: The flag, for the error.
    /// - Returns: All words, in order.
    /// - Throws: A ``UsageError`` for a list that names nothing: an empty shell variable must not mean everything.
    package static func words(
        _ lists: [String], of flag: String
    ) throws(UsageError) -> [String] {
        var words: [String] = []
        for list in lists {
            let more = list.split { $0 == "," || $0.isWhitespace }.map(String.init)
            if more.isEmpty { throw UsageError("\(flag) '\(list)' names nothing.") }
            words += more
        }
        return words
    }
}
