import SlurmModel
import Verdicts

/// Compares the mounts of all nodes: some faults show only in a comparison.
struct MountReview: Sendable {
    let limits: MountLimits
    /// Whether operation times are compared; not right after a mount, while the client is still connecting.
    var comparesTimes = true

    /// With fewer nodes, a median says little about a single node.
    private static let fewestForMedian = 5

    /// One node's mount.
    private struct Member {
        var row: Int
        /// The node's first partition; nil where Slurm knows none.
        var partition: String?
        var node: [String: FactValue]
        var mount: [String: FactValue]

        var path: String { mount["path"]?.text ?? "" }
        var isMounted: Bool { mount["mounted"] == .bool(true) }
    }

    /// Adds findings to each row about what differs from most nodes.
    func review(_ reports: [NodeReport]) -> [NodeReport] {
        let members = reports.enumerated().flatMap { row, report -> [Member] in
            let facts = report.judgement?.facts ?? [:]
            return (facts["mounts"]?.elements ?? []).map {
                Member(
                    row: row, partition: report.node?.partitions.first, node: facts,
                    mount: $0.fields)
            }
        }
        var found: [Int: [Finding]] = [:]
        func add(_ more: [Int: [Finding]]) { found.merge(more) { $0 + $1 } }
        for group in Dictionary(grouping: members, by: \.partition).values {
            add(clients(group))
            add(paths(group))
            for mounts in Dictionary(grouping: group, by: \.path).values { add(sources(mounts)) }
        }
        if comparesTimes {
            for mounts in Dictionary(grouping: members, by: \.path).values {
                add(latencies(mounts))
            }
        }
        return reports.enumerated().map { row, report in
            guard let findings = found[row], let judgement = report.judgement else { return report }
            // A row that was compared before must not get the same findings twice.
            let own = judgement.findings.filter { !Self.isOwn($0) }
            var report = report
            report.judgement = Judgement(
                findings: own + findings.sorted { ($0.code, $0.message) < ($1.code, $1.message) },
                facts: judgement.facts)
            return report
        }
    }

    private static func isOwn(_ finding: Finding) -> Bool {
        finding.code.hasPrefix("mount.odd.") || finding.code == "mount.slow"
    }

    private func finding(_ code: String, _ subject: String?, _ message: String) -> Finding {
        let kind = MountFindingCatalogue.kind(of: "mount.\(code)")
        return Finding(
            kind?.severity ?? .warn, code: "mount.\(code)", subject: subject, message: message,
            remedy: kind?.action)
    }

    /// Nodes whose source differs from that of most nodes of the partition.
    private func sources(_ members: [Member]) -> [Int: [Finding]] {
        odd(members.filter(\.isMounted), { $0.mount["source"]?.text.map(Self.comparable) }) {
            value, share, total, path in
            finding(
                "odd.source", path,
                "\(value) is mounted where \(share.count) of \(total) nodes have \(share.value)")
        }
    }

    /// A source in a form that can be compared: default networks without their number 0, servers in sorted order.
    static func comparable(_ source: String) -> String {
        guard let folder = source.firstRange(of: ":/") else { return source }
        let text = source[..<folder.lowerBound]
        let servers = text.matches(of: /([^@,]+)@(o2ib|[a-z]+)([0-9]*)(?:[:,]|$)/)
        // A source that is no list of NIDs, such as an NFS server or a name with options, is not changed.
        guard !servers.isEmpty, servers.reduce(0, { $0 + $1.0.count }) == text.count else {
            return source
        }
        let names = servers.map { "\($0.1)@\($0.2)\($0.3 == "0" ? "" : $0.3)".lowercased() }
        return names.sorted().joined(separator: ":") + source[folder.lowerBound...]
    }

    /// Another release of Lustre's client.
    private func clients(_ members: [Member]) -> [Int: [Finding]] {
        var seen: Set<Int> = []
        let nodes = members.filter { seen.insert($0.row).inserted }
        return odd(nodes, { $0.node["client_version"]?.text }) { value, share, total, _ in
            finding(
                "odd.client", nil,
                "Lustre client \(value) where \(share.count) of \(total) nodes have \(share.value)")
        }
    }

    private func odd(
        _ members: [Member], _ value: (Member) -> String?,
        _ words: (String, Baseline.Share, Int, String) -> Finding
    ) -> [Int: [Finding]] {
        let votes = members.compactMap { member in
            value(member).map { Baseline.Vote(row: member.row, subject: member.path, value: $0) }
        }
        let baseline = Baseline(votes)
        guard case .majority(let share, let total) = baseline.standard else { return [:] }
        return Dictionary(grouping: baseline.odd, by: \.row).mapValues { odd in
            odd.map { words($0.value, share, total, $0.subject ?? "") }
        }
    }

    /// Nodes that do not expect a mount which most nodes of the partition expect.
    private func paths(_ members: [Member]) -> [Int: [Finding]] {
        let rows = Set(members.map(\.row))
        guard rows.count >= Baseline.fewestNodes else { return [:] }
        var found: [Int: [Finding]] = [:]
        for (path, holders) in Dictionary(grouping: members, by: \.path) {
            let having = Set(holders.map(\.row))
            guard having.count * 2 > rows.count else { continue }
            for row in rows.subtracting(having) {
                found[row, default: []].append(
                    finding(
                        "odd.path", path,
                        "not in this node's /etc/fstab, where \(having.count) of \(rows.count) nodes have it"
                    ))
            }
        }
        return found
    }

    /// Operations that take far longer than on most nodes.
    private func latencies(_ members: [Member]) -> [Int: [Finding]] {
        let operations = Set(members.flatMap { ($0.mount["latency_ms"]?.fields ?? [:]).keys })
        var found: [Int: [Finding]] = [:]
        for operation in operations.sorted() {
            let times = members.compactMap { member in
                member.mount["latency_ms"]?.fields[operation]?.integer.map { (member, $0) }
            }
            guard times.count >= Self.fewestForMedian else { continue }
            let median = times.map(\.1).sorted()[times.count / 2]
            let (many, overflow) = median.multipliedReportingOverflow(by: MountLimits.slowFactor)
            guard !overflow else { continue }
            for (member, time) in times where time >= max(limits.slowMilliseconds, many) {
                found[member.row, default: []].append(
                    finding(
                        "slow", member.path,
                        "\(operation) took \(time) ms, the fleet's median is \(median) ms"))
            }
        }
        return found
    }
}
