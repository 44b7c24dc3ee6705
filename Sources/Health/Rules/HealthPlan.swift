package import Terminal
package import Verdicts

/// Which checks a health check is made of, out of those there are, as `--only` and `--skip` have it.
package struct HealthPlan {
    /// A check that there is.
    package struct Candidate {
        /// Its name for people and flags.
        let name: String
        /// Other names by which flags may mean the whole of it.
        let aliases: [String]
        /// The codes of the findings that it can have.
        let codes: [String]
        /// On which nodes it is made.
        let need: HealthPart.Need
        /// Makes what is asked, with the findings that count.
        let make: (FindingPolicy) -> any ProbeSpecification

        /// Makes a candidate.
        package init(
            _ name: String, aliases: [String] = [], codes: [String],
            need: HealthPart.Need = .always,
            make: @escaping (FindingPolicy) -> any ProbeSpecification
        ) {
            self.name = name
            self.aliases = aliases
            self.codes = codes
            self.need = need
            self.make = make
        }

        /// Whether a word means the whole of it.
        func isNamed(_ word: String) -> Bool { word == name || aliases.contains(word) }

        /// Its single checks: what codes begin with, such as `gpu.xid`.
        var checks: Set<String> { Set(codes.map(Self.check)) }

        static func check(_ code: String) -> String {
            let parts = code.split(separator: ".")
            return parts.prefix(parts.first == "check" ? 3 : 2).joined(separator: ".")
        }
    }

    /// The parts that are made.
    package let parts: [HealthPart]
    /// How many of all checks these are.
    package let coverage: HealthCoverage

    /// Chooses.
    ///
    /// - Parameters:
    ///   - candidates: The checks there are.
    ///   - only: Names of checks, or what codes begin with; empty for all.
    ///   - skip: The same, for what is left out.
    ///   - policy: What findings count for.
    /// - Throws: A ``UsageError`` for a word that means nothing, and where no check is left.
    package init(
        _ candidates: [Candidate], only: [String], skip: [String], policy: FindingPolicy
    ) throws(UsageError) {
        for (flag, words) in [("--only", only), ("--skip", skip)] {
            for word in words
            where !candidates.contains(where: { candidate in
                candidate.isNamed(word) || candidate.codes.contains { $0.hasPrefix(word) }
            }) {
                let names = candidates.map(\.name).joined(separator: ", ")
                throw UsageError(
                    "\(flag) \(word): no check has that name (\(names)), and no finding's code begins so; --explain all lists them."
                )
            }
        }
        var parts: [HealthPart] = []
        var made: Set<String> = []
        for candidate in candidates where !skip.contains(where: candidate.isNamed) {
            let isWhole = only.isEmpty || only.contains(where: candidate.isNamed)
            var own = policy
            own.only =
                isWhole
                ? []
                : only.filter { word in
                    candidate.codes.contains { $0.hasPrefix(word) }
                }
            guard isWhole || !own.only.isEmpty else { continue }
            own.skip = skip.filter { word in candidate.codes.contains { $0.hasPrefix(word) } }
            let codes = candidate.codes.filter { code in
                (own.only.isEmpty || own.only.contains(where: code.hasPrefix))
                    && !own.skip.contains(where: code.hasPrefix)
            }
            // One of which nothing is looked for would be called ok.
            guard !codes.isEmpty else { continue }
            made.formUnion(codes.map(Candidate.check))
            parts.append(HealthPart(candidate.name, candidate.make(own), need: candidate.need))
        }
        guard !parts.isEmpty else { throw UsageError("--only and --skip leave no check.") }
        self.parts = parts
        let all = candidates.reduce(into: Set<String>()) { $0.formUnion($1.checks) }
        let flags = (only.isEmpty ? [] : ["--only"]) + (skip.isEmpty ? [] : ["--skip"])
        coverage = HealthCoverage(total: all.count, run: made.count, flags: flags)
    }
}
