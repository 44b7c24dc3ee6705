/// The rules that need no AWS: they only read the text of a configuration.
package struct OfflineRules: Sendable {
    /// The configuration.
    package let document: ClusterDocument
    /// The cluster's name; nil where it is not known yet.
    package let clusterName: String?
    /// The region from `-r` or AWS_REGION; nil when neither is set.
    package let region: String?
    /// The release of the pcluster that will be used; nil without pcluster.
    package let release: String?

    /// Prepares the looks.
    package init(
        document: ClusterDocument, clusterName: String? = nil, region: String? = nil,
        release: String? = nil
    ) {
        self.document = document
        self.clusterName = clusterName
        self.region = region
        self.release = release
    }

    /// Checks a text; a text that is not YAML gives a single finding.
    package static func findings(
        in text: String, clusterName: String? = nil, region: String? = nil, release: String? = nil
    ) -> [RuleFinding] {
        do {
            let document = try ClusterDocument(text: text)
            return OfflineRules(
                document: document, clusterName: clusterName, region: region, release: release
            ).findings()
        } catch {
            return [
                RuleFinding(
                    rule: Rule.yamlKey.rawValue, verdict: .fail, line: error.line,
                    message: error.why, remedy: "mend the file", source: Rule.yamlKey.source)
            ]
        }
    }

    /// Everything the rules found, in the file's order.
    package func findings() -> [RuleFinding] {
        let all =
            leftovers() + unknownKeys() + identifiers() + names() + counts() + reservations()
            + efa() + storage() + system() + scripts()
        return all.enumerated().sorted {
            ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
        }.map(\.element)
    }

    // MARK: - The text

    private func leftovers() -> [RuleFinding] {
        document.root.everything.compactMap { node in
            // An argument of a script, and a tag, may be empty.
            let mayBeEmpty = ["/Args[", "Tags["].contains { node.path.firstRange(of: $0) != nil }
            if node.isEmpty, !mayBeEmpty {
                return RuleFinding(
                    .yamlLeftover, .fail, at: node, "\(node.path) is empty",
                    remedy: "give it a value, or take the key out")
            }
            guard let text = node.text, let name = Self.leftover(in: text) else { return nil }
            return RuleFinding(
                .yamlLeftover, .fail, at: node, "'\(name)' was not replaced",
                remedy: "fleet cluster config writes the file from the variables")
        }
    }

    /// The `${...` or `$NAME` that was not replaced in a text; nil without one.
    static func leftover(in text: String) -> String? {
        if let brace = text.firstRange(of: "${") {
            let end = text[brace.upperBound...].firstIndex(of: "}").map { text.index(after: $0) }
            return String(text[brace.lowerBound..<(end ?? text.endIndex)])
        }
        // A hashed password, such as `$6$salt$hash`, is no variable.
        guard text.firstMatch(of: /^\$\d[a-z]?\$/) == nil else { return nil }
        for piece in text.split(separator: "$", omittingEmptySubsequences: false).dropFirst() {
            let name = piece.prefix { EnvironmentFile.isName("_\($0)") }
            if EnvironmentFile.isName(name) { return "$" + name }
        }
        return nil
    }

    private func unknownKeys() -> [RuleFinding] {
        KnownKeys.unknown(in: document.root).map { member in
            let near = KnownKeys.nearest(to: member.node.path)
            return RuleFinding(
                .yamlKey, .fail,
                at: member.node.isPresent ? member.node : nil,
                "\(member.node.path) is no key of ParallelCluster",
                remedy: near.map { "did you mean \($0)?" } ?? "take it out")
        }
    }

    // MARK: - Counts

    private func counts() -> [RuleFinding] {
        let neverDown =
            document.root.at("Scheduling", "SlurmSettings", "ScaledownIdletime").number == -1
        return document.compute.flatMap { shape -> [RuleFinding] in
            var result: [RuleFinding] = []
            for key in ["MinCount", "MaxCount"] {
                let node = shape.node.at(key)
                guard let text = node.text else { continue }
                // Another rule reports the variable that was not replaced; its value is unknown, so nothing else is
                // checked.
                if Self.leftover(in: text) != nil { return [] }
                if ComputeShape.count(node) == nil {
                    result.append(
                        RuleFinding(
                            .countOrder, .fail, at: node, "\(key) '\(text)' is no count",
                            remedy: "a whole number from 0"))
                }
            }
            guard result.isEmpty else { return result }
            let place = shape.node.at("MaxCount")
            if shape.minimum > shape.maximum {
                result.append(
                    RuleFinding(
                        .countOrder, .fail, at: place.isPresent ? place : shape.node.at("MinCount"),
                        "MinCount \(shape.minimum) is above MaxCount \(shape.maximum)",
                        remedy: "MaxCount: \(shape.minimum)"))
            } else if neverDown, shape.maximum > shape.minimum, shape.reservation == nil {
                result.append(
                    RuleFinding(
                        .countDynamic, .warn, at: place.isPresent ? place : shape.node,
                        "\(shape.maximum - shape.minimum) nodes above MinCount are never shut down again"
                            + " (ScaledownIdletime -1)",
                        remedy: "MaxCount: \(shape.minimum), or a ScaledownIdletime"))
            }
            return result
        }
    }

    // MARK: - The system

    private func system() -> [RuleFinding] {
        var result: [RuleFinding] = []
        let os = document.root.at("Image", "Os")
        let known = [
            "alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9",
        ]
        if let text = os.text, !known.contains(text), Self.leftover(in: text) == nil {
            result.append(
                RuleFinding(
                    .osGone, .fail, at: os,
                    "Os '\(text)' is not among those of every release 3.14 to 3.16",
                    remedy: known.joined(separator: ", ")))
        }
        let scheduler = document.root.at("Scheduling", "Scheduler")
        if scheduler.text == "awsbatch" {
            result.append(
                RuleFinding(
                    .osGone, .fail, at: scheduler, "awsbatch is gone by 3.16.1", remedy: "slurm"))
        }
        for pool in document.root.at("LoginNodes", "Pools").items {
            let key = pool.at("Ssh", "KeyName")
            if key.isPresent {
                result.append(
                    RuleFinding(
                        .osGone, .fail, at: key, "a login pool's Ssh/KeyName is gone by 3.15",
                        remedy: "take it out: the head node's key is used"))
            }
        }
        return result + headNode() + deniedSettings()
    }

    private func headNode() -> [RuleFinding] {
        var result: [RuleFinding] = []
        let head = document.root.at("HeadNode")
        let policies = head.at("Iam", "AdditionalIamPolicies").items.compactMap {
            $0.at("Policy").text
        }
        let isOwn =
            head.at("Iam", "InstanceRole").isPresent || head.at("Iam", "InstanceProfile").isPresent
        if head.isPresent, !isOwn,
            !policies.contains(where: { $0.hasSuffix("/AmazonSSMManagedInstanceCore") })
        {
            let hasKey = head.at("Ssh", "KeyName").text != nil
            result.append(
                RuleFinding(
                    .ssmPolicy, hasKey ? .warn : .fail, at: head,
                    hasKey
                        ? "no AmazonSSMManagedInstanceCore: fleet cluster connect cannot work, ssh can"
                        : "neither AmazonSSMManagedInstanceCore nor a KeyName: nobody can log in",
                    remedy:
                        "HeadNode/Iam/AdditionalIamPolicies: arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
                ))
        }
        let timeout = document.root.at("DevSettings", "Timeouts", "HeadNodeBootstrapTimeout")
        if let seconds = timeout.number, seconds > 7_200 {
            result.append(
                RuleFinding(
                    .headTime, .warn, at: timeout,
                    "a creation that cannot finish says CREATE_IN_PROGRESS for \(Self.hours(seconds))",
                    remedy:
                        "7200 is enough for the guide's 25 to 35 min; fleet cluster watch says why it waits"
                ))
        }
        return result
    }

    private static func hours(_ seconds: Int) -> String {
        seconds % 3_600 == 0 ? "\(seconds / 3_600) hours" : "\(seconds / 60) minutes"
    }

    private func scripts() -> [RuleFinding] {
        // A script that several nodes use gives one finding, at its first place.
        var seen: Set<String> = []
        let pinned = /^[0-9a-f]{40}$/
        return document.scripts.compactMap { node in
            guard let text = node.text, text.hasPrefix("https://raw.githubusercontent.com/") else {
                return nil
            }
            let parts = text.split(separator: "/")
            guard parts.count > 5, (try? pinned.wholeMatch(in: String(parts[4]))) == nil,
                seen.insert(text).inserted
            else { return nil }
            return RuleFinding(
                .scriptPin, .warn, at: node,
                "the script comes from '\(parts[4])' of \(parts[2])/\(parts[3]), whatever that is on the day",
                remedy: "a commit's 40 digits in its place, or a copy in S3")
        }
    }
}
