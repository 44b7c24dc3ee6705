import FoundationEssentials
import Terminal

/// Checks a configuration before it is sent: fleet's own rules and pcluster's dry run, in one list.
struct ConfigurationCheck {
    /// The findings; empty when everything is right.
    var findings: [RuleFinding]
    /// pcluster's release; nil where it was not asked.
    var release: String?
    /// The dry run; nil where there was none.
    var dryRun: Pcluster.DryRun?
    /// Rules that were skipped, because the user asked for no request to AWS.
    var passedOver: [Rule]

    /// Looks at a configuration.
    ///
    /// - Parameters:
    ///   - text: The configuration.
    ///   - session: Where the programs are.
    ///   - isOffline: Whether nobody is to be asked.
    ///   - dryRunArguments: pcluster's command line for the dry run.
    /// - Returns: What was found.
    /// - Throws: A ``ClusterError`` where pcluster or credentials are missing.
    static func run(
        text: String, session: ClusterSession, isOffline: Bool,
        dryRunArguments: (_ region: String) -> [String]
    ) async throws(ClusterError) -> ConfigurationCheck {
        var document: ClusterDocument?
        do {
            document = try ClusterDocument(text: text)
        } catch {
            document = nil
        }
        let said = session.options.region ?? session.sources.value("AWS_REGION")
        let online = Rule.allCases.filter(\.needsAWS)
        guard !isOffline, let region = document?.region ?? said, let document else {
            return ConfigurationCheck(
                findings: OfflineRules.findings(in: text, clusterName: session.name, region: said),
                passedOver: online)
        }
        let pcluster = Pcluster(runner: session.runner, region: region)
        let release = try await pcluster.version()
        var findings = OfflineRules.findings(
            in: text, clusterName: session.name, region: said, release: release)
        if SlurmRelease.isAtLeast(release, 3, 14) == false {
            findings.append(
                RuleFinding(
                    rule: "pcluster.release", verdict: .fail,
                    message:
                        "pcluster \(release) is older than 3.14.0, the oldest that fleet knows",
                    remedy: "pip install aws-parallelcluster==3.14.0 or later", source: "fleet"))
        }
        let aws = AWSCommand(runner: session.runner, region: region)
        let rules = OnlineRules(document: document, aws: aws, now: Date().timeIntervalSince1970)
        async let answers = rules.findings()
        async let addresses = rules.publicAddresses(release: release)
        let dryRun = try await pcluster.dryRun(dryRunArguments(region))
        findings += await answers
        findings += await addresses
        findings += Self.findings(of: dryRun)
        return ConfigurationCheck(
            findings: findings, release: release, dryRun: dryRun, passedOver: [])
    }

    /// pcluster's own messages as findings.
    static func findings(of dryRun: Pcluster.DryRun) -> [RuleFinding] {
        var result = dryRun.messages.map { message in
            let verdict: RuleVerdict =
                switch message.level {
                case "ERROR": .fail
                case "WARNING": .warn
                case "INFO": .ok
                default: dryRun.passes == true ? .warn : .fail
                }
            return RuleFinding(
                rule: "pcluster.\(message.type ?? "validation")", verdict: verdict,
                message: message.message ?? "", source: "pcluster")
        }
        if dryRun.passes == nil {
            result.append(
                RuleFinding(
                    rule: "pcluster.dryrun", verdict: .unknown,
                    message: "pcluster could not tell: \(dryRun.message)",
                    remedy: "~/.parallelcluster/pcluster-cli.log", source: "pcluster"))
        }
        return result
    }

    /// The worst verdict; a message of pcluster that only informs does not count.
    var verdict: RuleVerdict { findings.map(\.verdict).max() ?? .ok }

    /// The exit code.
    func code(isStrict: Bool) -> Int32 {
        switch verdict {
        case .ok: 0
        case .warn: isStrict ? 1 : 0
        // A failed rule decides the exit code, even when other rules are unknown.
        case .unknown: 2
        case .fail: 1
        }
    }

    /// The findings as a table.
    var table: Table {
        var table = Table([
            .init("VERDICT"), .init("RULE"), .init("LINE", numeric: true), .init("FOUND"),
        ])
        for finding in findings {
            let found = finding.message + (finding.remedy.isEmpty ? "" : " -> \(finding.remedy)")
            table.add(
                [
                    finding.verdict.rawValue, finding.rule, finding.line.map(String.init) ?? "-",
                    found,
                ],
                styles: [0: finding.verdict.style])
        }
        return table
    }

    /// The last line: the overall result.
    var summary: String {
        var parts = [RuleVerdict.fail, .unknown, .warn].compactMap { verdict -> String? in
            let count = findings.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        if parts.isEmpty { parts = ["ok"] }
        let who =
            release.map {
                "pcluster \($0)'s dry run \(dryRun?.passes == true ? "passed" : dryRun?.passes == false ? "failed" : "could not tell")"
            }
            ?? "\(passedOver.count) rules and pcluster's dry run need AWS: not looked at"
        return parts.joined(separator: ", ") + "; " + who
    }

    /// The document.
    var document: JSONValue {
        .object([
            "schema": .string("fleet.cluster.check/1"),
            "verdict": .string(verdict.rawValue),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "rule": .string(finding.rule), "verdict": .string(finding.verdict.rawValue),
                        "path": JSONValue(finding.path.isEmpty ? nil : finding.path),
                        "line": JSONValue(finding.line), "message": .string(finding.message),
                        "remedy": JSONValue(finding.remedy.isEmpty ? nil : finding.remedy),
                        "source": .string(finding.source),
                    ])
                }),
            "pcluster": .object([
                "ran": .bool(dryRun != nil), "rc": JSONValue(dryRun.map { Int($0.code) }),
                "version": JSONValue(release),
            ]),
            "not_looked_at": .array(passedOver.map { .string($0.rawValue) }),
        ])
    }
}
