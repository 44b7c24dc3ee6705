/// The scope of a check's run: the last verdict of a check changes only by a run that covers its whole scope.
///
/// `gpu-check --only gpu.xid` is the check `gpu-check` with a narrower scope: it has its own last verdict, and says
/// nothing about the other findings.
package struct CheckScope: Codable, Hashable, Sendable {
    /// The check whose scopes compare with each other, such as `gpu-check`, `check-mount` or `check environment`.
    package var check: String
    /// Its name with what it looks at, without `--only` and `--skip`, such as `check-mount /lustre --canary`.
    package var label: String
    /// The subjects of the check, such as mount points; empty for everything that the node has.
    package var subjects: [String]
    /// Flags that make the check deeper, such as `--canary`: a check with more of them includes one with fewer.
    package var details: [String]
    /// Only findings whose code begins with one of these; empty for all.
    package var only: [String]
    /// Leaves out findings whose code begins with one of these.
    package var skip: [String]

    /// Makes a scope.
    ///
    /// - Parameters:
    ///   - check: The check.
    ///   - label: Its name with what it looks at; nil for the check's own.
    ///   - subjects: What it looks at; empty for whatever the node itself has.
    ///   - details: Flags that make the check deeper.
    ///   - policy: Its `--only` and `--skip`; severities are not part of a scope.
    package init(
        _ check: String, label: String? = nil, subjects: [String] = [], details: [String] = [],
        policy: FindingPolicy = FindingPolicy()
    ) {
        self.check = check
        self.label = label ?? check
        self.subjects = subjects
        self.details = details
        only = Array(Set(policy.only)).sorted()
        skip = Array(Set(policy.skip)).sorted()
    }

    /// Its name in the history, such as `gpu-check --only gpu.xid`.
    package var name: String { ([label] + filters).joined(separator: " ") }

    /// The flags that leave findings out: `--only gpu.xid`; none where nothing is left out.
    package var filters: [String] {
        (only.isEmpty ? [] : ["--only \(only.joined(separator: ","))"])
            + (skip.isEmpty ? [] : ["--skip \(skip.joined(separator: ","))"])
    }

    /// Whether it is the whole check under its own name.
    package var isPlain: Bool { self == CheckScope(check) }

    /// Whether a run of this scope looked at everything that another scope looks at.
    ///
    /// - Parameters:
    ///   - other: The other scope.
    ///   - verified: Further subjects that the run checked on the node, such as the mount points of its fstab.
    /// - Returns: Whether the run counts for the other scope too.
    package func covers(_ other: CheckScope, verified: [String] = []) -> Bool {
        guard check == other.check, Set(other.details).isSubset(of: details) else { return false }
        if other.subjects.isEmpty {
            guard subjects.isEmpty else { return false }
        } else {
            guard Set(other.subjects).isSubset(of: subjects + verified) else { return false }
        }
        return coversCodes(of: other)
    }

    private func coversCodes(of other: CheckScope) -> Bool {
        if !only.isEmpty {
            guard !other.only.isEmpty,
                other.only.allSatisfy({ code in only.contains(where: code.hasPrefix) })
            else { return false }
        }
        return skip.allSatisfy { code in
            // The other scope leaves it out as well, or never had it.
            if other.skip.contains(where: code.hasPrefix) { return true }
            return !other.only.isEmpty
                && other.only.allSatisfy { !$0.hasPrefix(code) && !code.hasPrefix($0) }
        }
    }

    /// Whether a finding belongs to this scope.
    ///
    /// - Parameters:
    ///   - finding: A finding of the check.
    ///   - blinding: The codes of findings that say that something could not be checked.
    /// - Returns: Whether the scope has it.
    func takes(_ finding: Finding, blinding: Set<String>) -> Bool {
        var policy = FindingPolicy()
        policy.only = only
        policy.skip = skip
        guard policy.isWanted(finding, blinding) else { return false }
        guard let subject = finding.subject, !subjects.isEmpty else { return true }
        // A subject is a mount point, with a part of it behind; or several.
        let words = subject.split { $0 == " " || $0 == "," }.map(String.init)
        let named = words.filter { $0.hasPrefix("/") }
        return named.isEmpty || !Set(named).isDisjoint(with: subjects)
    }
}

/// The result of one check on one node in one run.
package struct CheckResult: Hashable, Sendable {
    /// The scope that was checked.
    package var scope: CheckScope
    /// The findings above info, worst first.
    package var findings: [Finding]
    /// The codes of findings, or their beginnings, that could not be checked on this node, such as `gpu.xid` when the
    /// kernel log may not be read: earlier findings with these codes stay.
    package var unseen: [String]
    /// Further subjects that were checked on the node, such as the mount points of its fstab.
    package var verified: [String]
    /// The codes of findings that say that something could not be checked.
    package var blinding: Set<String>

    /// Makes a result, without findings of the severity info.
    package init(
        _ scope: CheckScope, findings: [Finding], unseen: [String] = [], verified: [String] = [],
        blinding: Set<String> = []
    ) {
        self.scope = scope
        self.findings = findings.filter { $0.severity > .info }.sorted {
            $0.severity > $1.severity
        }
        self.unseen = unseen
        self.verified = verified
        self.blinding = blinding
    }

    /// The verdict.
    package var verdict: Verdict { Verdict(of: findings) }

    /// The result for another scope of the same check; nil when the run did not cover that scope.
    package func seen(as other: CheckScope) -> CheckResult? {
        guard scope != other else { return self }
        guard scope.covers(other, verified: verified) else { return nil }
        // What says that nothing could be checked is left out by its full code alone, see FindingPolicy: a run that was
        // told to leave it out did not look for it, and another scope has it all the same.
        let hidden = scope.skip.filter { blinding.contains($0) || $0.hasPrefix("run.") }
        guard hidden.allSatisfy(other.skip.contains) else { return nil }
        var result = self
        result.scope = other
        result.findings = findings.filter { other.takes($0, blinding: blinding) }
        return result
    }

    /// Whether findings with one of these codes could be checked.
    package func lookedFor(_ codes: some Sequence<String>) -> Bool {
        !codes.contains { code in unseen.contains(where: code.hasPrefix) }
    }
}

/// The checks that a run's filters left out, for its closing line.
package struct LeftOut: Hashable, Sendable {
    /// The words; nil where nothing was left out.
    package let words: String?

    /// Counts the checks of which no finding is looked for; of a probe without named checks its kinds of finding.
    ///
    /// - Parameters:
    ///   - scope: What was looked at.
    ///   - rules: The findings that the probe may have.
    package init(_ scope: CheckScope, rules: FindingRules) {
        guard !scope.filters.isEmpty else {
            words = nil
            return
        }
        let flags = scope.filters.joined(separator: " ")
        var policy = FindingPolicy()
        policy.only = scope.only
        policy.skip = scope.skip
        // Tested as failures and without blinding codes, so that only findings that the flags let through count.
        let kept = rules.kinds.filter {
            policy.isWanted(Finding(.fail, code: $0.code, message: ""), [])
        }.map(\.code)
        let all = Self.checks(rules.kinds.map(\.code), rules)
        let run = Self.checks(kept, rules)
        let what = rules.checks.isEmpty ? "kinds of finding" : "checks"
        guard all > 0 else {
            words =
                "only some findings count (\(flags)); what was found before of the others stands"
            return
        }
        words =
            "\(all) \(what), \(run) run, \(all - run) left out by \(flags); what these found before stands"
    }

    private static func checks(_ codes: [String], _ rules: FindingRules) -> Int {
        Set(codes.map { rules.checks[$0] ?? $0 }).count
    }
}
