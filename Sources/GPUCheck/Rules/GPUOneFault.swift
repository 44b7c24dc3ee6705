import Verdicts

/// One fault, one finding: a GPU that is lost shows in several places, and is told once with all of that.
///
/// What only repeats it stays as `info`, for programs that look for its code; no verdict changes by it, because the
/// finding that tells it weighs as much.
enum GPUOneFault {
    /// The findings that tell that a GPU is gone, the one that says most first.
    private static let telling = ["gpu.lost", "gpu.off_bus", "gpu.unreadable", "gpu.xid"]
    /// Findings about such a GPU that follow from it.
    private static let following = [
        "gpu.lost", "gpu.off_bus", "gpu.unreadable", "gpu.unread", "gpu.missing", "gpu.nvidia_smi",
    ]

    /// A row whose lost GPUs are told once each.
    ///
    /// - Parameter report: A row after its policy: what the policy took away tells nothing.
    /// - Returns: The row; a second call changes nothing.
    static func told(_ report: NodeReport) -> NodeReport {
        guard let judgement = report.judgement else { return report }
        var findings = judgement.findings
        var tellers: [Int] = []
        for code in telling {
            for (place, finding) in findings.enumerated() where finding.code == code {
                guard finding.severity == .fail, let gpu = GPUSubject(finding),
                    tells(finding, gpu, judgement.facts),
                    !tellers.contains(where: { GPUSubject(findings[$0]) == gpu })
                else { continue }
                tellers.append(place)
            }
        }
        for place in tellers { fold(into: place, &findings) }
        foldCount(judgement.facts, tellers, &findings)
        guard findings != judgement.findings else { return report }
        var report = report
        report.judgement = Judgement(findings: findings, facts: judgement.facts)
        return report
    }

    /// Whether a finding tells that its GPU is gone now.
    ///
    /// An Xid 79 does where nvidia-smi no longer lists the GPU: one that it lists may be back, and says itself that it is
    /// lost where it is not.
    private static func tells(
        _ finding: Finding, _ gpu: GPUSubject, _ facts: [String: FactValue]
    ) -> Bool {
        guard finding.code == "gpu.xid" else { return true }
        return xid(finding) == 79
            && !(facts["gpus"]?.elements ?? []).contains {
                $0.fields["pci"]?.word == gpu.address
            }
    }

    /// Whether a finding about a GPU that is gone only repeats that.
    ///
    /// Of the kernel log's events these do: Xid 79, that the driver calls it lost or fallen off the bus, and Xid 154, with
    /// which the driver asks for the reset or reboot that a lost GPU needs anyway. Every other Xid of the GPU (119 and 120
    /// too: firmware that no longer answers) may be why it is gone, or another fault, and is told beside it.
    private static func repeats(_ finding: Finding) -> Bool {
        if following.contains(finding.code) { return true }
        switch finding.code {
        case "gpu.xid":
            let number = xid(finding)
            return number == 79
                || number == 154 && finding.remedy?.contains("reboot the node") == true
        case "gpu.kernel_fault":
            return finding.message.contains("fallen off the bus")
                || finding.message.hasPrefix(DriverReason.lost.words)
        default: return false
        }
    }

    /// The number of the event that a finding is about.
    private static func xid(_ finding: Finding) -> Int? {
        finding.message.prefixMatch(of: /Xid (\d+)/).flatMap { Int($0.1) }
    }

    private static func fold(into place: Int, _ findings: inout [Finding]) {
        let gpu = GPUSubject(findings[place])
        for other in findings.indices
        where other != place && findings[other].severity > .info && repeats(findings[other])
            && GPUSubject(findings[other]) == gpu
        {
            absorb(other, into: place, &findings)
        }
    }

    /// How many GPUs answer says nothing new where each that does not is told.
    private static func foldCount(
        _ facts: [String: FactValue], _ tellers: [Int], _ findings: inout [Finding]
    ) {
        guard let teller = tellers.first, let expected = facts["gpu_expected"]?.integer,
            let count = facts["gpu_count"]?.integer, expected - count == tellers.count
        else { return }
        for other in findings.indices
        where findings[other].code == "gpu.count" && findings[other].severity > .info {
            absorb(other, into: teller, &findings)
        }
    }

    private static func absorb(_ other: Int, into place: Int, _ findings: inout [Finding]) {
        // Where its GPU is on the bus stands in the subject already, and what an event is called before its own words.
        let isEvent = findings[other].code == "gpu.xid"
        let words =
            isEvent
            ? String(findings[other].message.prefix { $0 != ":" })
            : findings[other].message.split(separator: ";").first.map(String.init) ?? ""
        if !words.isEmpty, !findings[place].message.contains(words) {
            findings[place].message += "; " + words
        }
        findings[other].severity = .info
    }
}

/// The GPU that a finding is about: its address, however it is named, because one that nvidia-smi does not list has no
/// number.
private struct GPUSubject: Hashable {
    let address: String

    init?(_ finding: Finding) {
        guard let subject = finding.subject else { return nil }
        address =
            subject.firstMatch(of: /[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}(\.[0-9a-f])?/)
            .map { String($0.0) } ?? subject
    }
}
