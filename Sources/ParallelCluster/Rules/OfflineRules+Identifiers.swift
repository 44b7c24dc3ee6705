extension OfflineRules {
    /// The forms of AWS identifiers, each with the keys that hold them.
    private static let forms: [(detail: String, keys: Set<String>, form: IdentifierForm)] = [
        ("subnet", ["SubnetId", "SubnetIds"], .digits("subnet-", [8, 17])),
        (
            "sg", ["AdditionalSecurityGroups", "SecurityGroups", "SecurityGroup"],
            .digits("sg-", [8, 17])
        ),
        ("volume", ["VolumeId"], .volume),
        ("fs", ["FileSystemId"], .digits("fs-", [8, 17])),
        ("cr", ["CapacityReservationId"], .digits("cr-", [17])),
        ("ami", ["CustomAmi"], .digits("ami-", [8, 17])),
        ("type", ["InstanceType"], .instanceType),
        ("script", ["Script"], .script),
    ]

    func identifiers() -> [RuleFinding] {
        document.root.everything.compactMap { node in
            guard let text = node.text, Self.leftover(in: text) == nil, !text.isEmpty else {
                return nil
            }
            let key = Self.key(of: node.path)
            guard let found = Self.forms.first(where: { $0.keys.contains(key) }) else {
                return nil
            }
            let inFSx = key == "VolumeId" && node.path.firstRange(of: "FsxO") != nil
            let form: IdentifierForm =
                key == "VolumeId" && !inFSx ? .digits("vol-", [8, 17]) : found.form
            guard !form.matches(text) else { return nil }
            return RuleFinding(
                .id, .fail, at: node, "'\(text)' is no \(form.words)",
                remedy: form.remedy, detail: found.detail)
        } + regions()
    }

    private static func key(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.firstIndex(of: "[").map { String(last[..<$0]) } ?? last
    }

    private func regions() -> [RuleFinding] {
        let node = document.root.at("Region")
        guard let text = node.text else {
            return region == nil && !node.isPresent
                ? [
                    RuleFinding(
                        .region, .fail, at: nil, "no Region, and none is set elsewhere",
                        remedy: "Region: us-east-1, -r, or AWS_REGION")
                ] : []
        }
        guard Self.leftover(in: text) == nil else { return [] }
        guard Self.isRegion(text) else {
            return [
                RuleFinding(
                    .region, .fail, at: node, "'\(text)' is no region",
                    remedy: "such as us-east-1")
            ]
        }
        guard let region, region != text else { return [] }
        return [
            RuleFinding(
                .region, .fail, at: node,
                "the configuration is for \(text), and the command for \(region)",
                remedy: "-r \(text)")
        ]
    }

    /// Whether a text has the form of a region's name.
    package static func isRegion(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}/) != nil
    }

    func names() -> [RuleFinding] {
        var result: [RuleFinding] = []
        let hasDatabase =
            document.root.at("Scheduling", "SlurmSettings", "Database").isPresent
            || document.root.at("Scheduling", "SlurmSettings", "ExternalSlurmdbd").isPresent
        if let clusterName, let why = ClusterName.problem(clusterName, hasDatabase: hasDatabase) {
            result.append(
                RuleFinding(
                    .name, .fail, at: nil, "the cluster's name '\(clusterName)' \(why)",
                    remedy: "such as ml-training-cluster", detail: "cluster"))
        }
        let queues = document.root.at("Scheduling", "SlurmQueues").items
        result += namesFindings(queues, "queue")
        for queue in queues {
            result += namesFindings(queue.at("ComputeResources").items, "compute resource")
        }
        return result
    }

    private func namesFindings(_ nodes: [ClusterNode], _ what: String) -> [RuleFinding] {
        var seen: Set<String> = []
        return nodes.compactMap { node in
            let name = node.at("Name")
            guard let text = name.text, Self.leftover(in: text) == nil else { return nil }
            let why: String? =
                if text.wholeMatch(of: /[a-z][a-z0-9-]*/) == nil {
                    "does not begin with a lower-case letter, or has more than those, digits and hyphens"
                } else if text.count > 25 {
                    "has \(text.count) letters, and 25 are the most"
                } else if text == "default" {
                    "is Slurm's own"
                } else if !seen.insert(text).inserted {
                    "is there twice"
                } else {
                    nil
                }
            return why.map {
                RuleFinding(
                    .name, .fail, at: name, "the \(what)'s name '\(text)' \($0)",
                    remedy: "another name", detail: what == "queue" ? "queue" : "resource")
            }
        }
    }
}

/// The form of something that AWS names.
private enum IdentifierForm {
    /// A prefix and a number of lower-case letters and digits, given by the list.
    case digits(String, [Int])
    case volume
    case instanceType
    case script

    func matches(_ text: String) -> Bool {
        switch self {
        case .digits(let prefix, let lengths):
            let rest = text.dropFirst(prefix.count)
            return text.hasPrefix(prefix) && lengths.contains(rest.count)
                && String(rest).wholeMatch(of: /[0-9a-z]+/) != nil
        case .volume: return text.wholeMatch(of: /fsvol-[0-9a-f]{17}/) != nil
        case .instanceType:
            return text.wholeMatch(of: /[a-z][a-z0-9-]*\.[a-z0-9-]+/) != nil
        case .script:
            return text.wholeMatch(of: /s3:\/\/[a-z0-9.-]{3,63}\/[^\s]+/) != nil
                || text.wholeMatch(of: /https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?\/[^\s]+/) != nil
        }
    }

    var words: String {
        switch self {
        case .digits(let prefix, let lengths):
            "id of the form \(prefix) and \(lengths.map(String.init).joined(separator: " or ")) digits"
        case .volume: "FSx volume id of the form fsvol- and 17 hexadecimal digits"
        case .instanceType: "instance type"
        case .script: "address of a script"
        }
    }

    var remedy: String {
        switch self {
        case .digits(let prefix, _): "copy the id from AWS: \(prefix)..."
        case .volume: "aws fsx describe-volumes names it; an OpenZFS root volume is one too"
        case .instanceType: "FAMILY.SIZE, such as g5.8xlarge"
        case .script: "s3://BUCKET/KEY or https://..."
        }
    }
}

/// The rules for a cluster's name.
package enum ClusterName {
    /// Why a name is not valid; nil for a valid name.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - hasDatabase: Whether the configuration has Slurm accounting: its database's name holds the cluster's.
    /// - Returns: The problem in words.
    package static func problem(_ name: String, hasDatabase: Bool = false) -> String? {
        let most = hasDatabase ? 40 : 60
        if name.wholeMatch(of: /[a-zA-Z][a-zA-Z0-9-]+/) == nil {
            return "is not a letter and after it letters, digits and hyphens"
        }
        return name.utf8.count > most
            ? "has \(name.utf8.count) letters, and \(most) are the most"
                + (hasDatabase ? " with a Database" : "") : nil
    }
}
