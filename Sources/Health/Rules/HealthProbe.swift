package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet health`: all checks that apply to a node, in one payload.
package struct HealthProbe: Probe {
    package let name = "health"
    package let payload: Payload
    package let use = NodeUse.reads
    package let gpuRequest: RunPlan.GPURequest
    private let parts: [HealthPart]
    private let probes: [any Probe]
    private let names: [String]
    private let specifications: [any ProbeSpecification]

    /// Makes the probe of its parts.
    package init(_ parts: [HealthPart]) {
        self.parts = parts
        names = parts.map(\.name)
        specifications = parts.map(\.specification.value)
        probes = specifications.map(\.probe)
        gpuRequest = probes.contains { $0.gpuRequest == .free } ? .free : .none
        payload = HealthPayload.payload(of: parts)
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        let answer = HealthAnswer(result.stdout)
        // What a payload that ran out of time sent before is worth judging.
        let ranOut = result.outcome == .timedOut
        if !(ranOut && answer.isBegun), let none = Judgement(withoutAnswer: result) {
            return row(node, common: none.findings) { _ in .init(judgement: Judgement()) }
        }
        guard answer.isBegun, answer.fault == nil else {
            let words = answer.fault ?? "the node's answer is incomplete"
            let finding = HealthFinding.incomplete.finding(words)
            return row(node, common: [finding]) { _ in .init(judgement: Judgement()) }
        }
        return row(node, common: []) { place in
            guard let section = answer.sections[place] else {
                return .init(judgement: missing(place, ranOut: ranOut))
            }
            guard parts[place].need == .always || node != nil || section.applies else {
                return nil
            }
            let judgement = judge(section, of: place, result, node)
            // A part that looked, and found nothing that it is for.
            guard judgement.facts["applies"] != .bool(false) else { return nil }
            return .init(judgement: judgement, seconds: section.duration)
        }
    }

    /// The judgement of a row whose parts are judged one by one; those that the node's GRES rules out are none of its own.
    private func row(
        _ node: Node?, common: [Finding], _ part: (Int) -> HealthRow.PartJudgement?
    ) -> Judgement {
        var row = HealthRow(
            parts: parts.indices.map { place in
                let isForOthers = parts[place].need == .gpus && node?.gpus.isEmpty == true
                return isForOthers ? nil : part(place)
            }, common: common)
        if common.isEmpty, row.parts.allSatisfy({ $0 == nil }) {
            row = HealthRow(parts: row.parts, common: [HealthFinding.nothing.finding()])
        }
        return row.judgement(names: names, specifications: specifications)
    }

    /// The judgement of one part's answer: its own, of a result as its own command would have got it.
    private func judge(
        _ section: HealthAnswer.Section, of place: Int, _ result: NodeResult, _ node: Node?
    ) -> Judgement {
        let seconds = probes[place].payload.timeout
        var own = result
        own.outcome = section.isLate ? .timedOut : .finished
        own.exit = section.isLate ? nil : section.exit
        own.duration = section.duration
        own.reason = section.isLate ? "still running after \(seconds) s" : nil
        own.code = section.isLate ? .timeout : nil
        own.remedy = nil
        (own.stdout, own.stderr, own.cut) = (section.stdout, section.stderr, nil)
        var judgement = probes[place].judge(own, node: node)
        if !section.isWhole {
            judgement.findings.append(
                HealthFinding.cut.finding(
                    "\(names[place]) wrote more than \(HealthAnswer.partLimit >> 20) MiB"))
        }
        return Judgement(findings: judgement.findings, facts: judgement.facts)
    }

    private func missing(_ place: Int, ranOut: Bool) -> Judgement {
        let words =
            ranOut ? "no answer before the time of the whole check was over" : "no answer came"
        var finding = HealthFinding.incomplete.finding(words)
        finding.subject = names[place]
        return Judgement(findings: [finding])
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        var rows = reports.map { report in
            report.judgement.map { HealthRow($0, names: names) }
        }
        for (place, probe) in probes.enumerated() {
            let own = Self.reports(of: place, rows: rows, reports)
            for (index, report) in zip(own.map(\.row), probe.review(own.map(\.report))) {
                guard let judgement = report.judgement else { continue }
                rows[index]?.replace(place, with: judgement)
            }
        }
        markOdd(&rows, reports)
        return zip(reports, rows).map { report, row in
            var report = report
            report.judgement = row?.judgement(names: names, specifications: specifications)
            return report
        }
    }

    /// Tells where a check is not for a node though it is for most nodes like it: a line of the fstab may be gone.
    private func markOdd(_ rows: inout [HealthRow?], _ reports: [NodeReport]) {
        for index in rows.indices { rows[index]?.dropCommon(HealthFinding.odd.kind.code) }
        let alike = LikeNodes(
            rows.indices.map { rows[$0] == nil ? nil : reports[$0].node })
        for place in parts.indices where parts[place].need == .always {
            let isFor = rows.map { $0?.parts[place] != nil }
            // Counted once for each kind: a check that is for no node is missing on all of them.
            var counts: [LikeNodes.Kind: Int] = [:]
            for index in rows.indices where rows[index] != nil && !isFor[index] {
                let groups = alike.groups(of: index)
                for group in groups where counts[group.kind] == nil {
                    counts[group.kind] = group.rows.count { isFor[$0] }
                }
                guard
                    let group = groups.first(where: { group in
                        counts[group.kind, default: 0] * 2 > group.rows.count
                    })
                else { continue }
                let having = counts[group.kind, default: 0]
                rows[index]?.addCommon(
                    HealthFinding.odd.finding(
                        "\(names[place]) is for \(having) of \(group.rows.count) \(group.words), and not for this one"
                    ))
            }
        }
    }

    /// The nodes that answered, and that a part is not for.
    func nodes(without place: Int, in reports: [NodeReport]) -> [String] {
        reports.filter { report in
            guard report.result.launcher != .local, let judgement = report.judgement else {
                return false
            }
            return HealthRow(judgement, names: names).parts[place] == nil
        }.map(\.result.node)
    }

    /// The rows of one part, as its own command would have them: of the nodes that it is for.
    func reports(of place: Int, in reports: [NodeReport]) -> [NodeReport] {
        let rows = reports.map { report in
            report.judgement.map { HealthRow($0, names: names) }
        }
        return Self.reports(of: place, rows: rows, reports).map(\.report)
    }

    private static func reports(
        of place: Int, rows: [HealthRow?], _ reports: [NodeReport]
    ) -> [(row: Int, report: NodeReport)] {
        reports.indices.compactMap { index in
            guard let judgement = rows[index]?.judgement(of: place) else { return nil }
            var report = reports[index]
            report.judgement = judgement
            return (index, report)
        }
    }
}

/// What a health check can find itself, beside what its parts find.
enum HealthFinding: CaseIterable {
    /// A part, or all of them, left no answer.
    case incomplete
    /// A part wrote more than is kept of it.
    case cut
    /// No part is for the node.
    case nothing
    /// A part is for most nodes like this one, and not for it.
    case odd

    /// What is known of it.
    var kind: FindingKind {
        switch self {
        case .incomplete:
            FindingKind(
                "health.incomplete", .unknown,
                "The node, or one of the checks there, left no answer.",
                source: "fleet: what did not answer is never ok",
                action: "check again; see the node's stderr with --format json")
        case .cut:
            FindingKind(
                "health.cut", .unknown,
                "A check wrote more than fleet keeps of one: what is left out was not judged.",
                source: "fleet: 4 MiB of each check's output are kept",
                action: "see why the check writes so much; a probe of your own: shorten its output")
        case .odd:
            FindingKind(
                "health.odd", .warn,
                "A check is for most nodes like this one, and not for it.",
                source:
                    "fleet: compared in each of its partitions with the nodes of the same GRES and features, or where these are fewer than three, of the same GRES",
                action: "look whether a line of the node's /etc/fstab is gone")
        case .nothing:
            FindingKind(
                "health.nothing", .warn,
                "No check is for this node: it has no GPU in its GRES, and its fstab names no Lustre or NFS mount.",
                source: "fleet: a node that nobody looked at is not called healthy",
                action: "write a probe of your own with 'health: true'")
        }
    }

    /// A finding of its kind.
    func finding(_ message: String? = nil) -> Finding {
        let kind = kind
        return Finding(
            kind.severity, code: kind.code, message: message ?? "no check is for this node",
            remedy: kind.action)
    }
}
