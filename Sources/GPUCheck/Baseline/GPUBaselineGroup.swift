import Verdicts

/// The nodes with the same GPUs in the same partition; finds what differs among them.
struct GPUBaselineGroup: Sendable {
    private let group: GPUFleetMember.Group
    private let members: [GPUFleetMember]

    init(_ group: GPUFleetMember.Group, _ members: [GPUFleetMember]) {
        self.group = group
        self.members = members
    }

    /// The findings by row.
    func findings() -> [Int: [Finding]] {
        guard members.count >= Baseline.fewestNodes else {
            let count = members.count == 1 ? "1 node" : "\(members.count) nodes"
            return everywhere("\(count) with \(group.words): no majority to compare with")
        }
        var found: [Int: [Finding]] = [:]
        for field in GPUBaseline.fields {
            let votes = members.flatMap { $0.votes(on: field) }
            let baseline = Baseline(votes, isSame: field.isSame)
            switch baseline.standard {
            case .tooFew: continue
            case .divided(let shares):
                let values = shares.prefix(4).map { "\($0.value) (\($0.count))" }
                    .joined(separator: ", ")
                let words = "\(field.title): no majority among \(group.words): \(values)"
                found.merge(everywhere(words)) { $0 + $1 }
            case .majority(let share, let total):
                for (row, odd) in Dictionary(grouping: baseline.odd, by: \.row) {
                    found[row, default: []] += findings(
                        field, odd, of: votes.count { $0.row == row }, share, total)
                }
            }
        }
        return found
    }

    private func everywhere(_ message: String) -> [Int: [Finding]] {
        let finding = Finding(.info, code: GPUBaseline.undecided, message: message)
        return Dictionary(uniqueKeysWithValues: members.map { ($0.row, [finding]) })
    }

    /// One finding for a node whose GPUs all have the same odd value, otherwise one for each GPU.
    private func findings(
        _ field: GPUBaselineField, _ odd: [Baseline.Vote], of count: Int,
        _ share: Baseline.Share, _ total: Int
    ) -> [Finding] {
        let things = field.isOfNode ? "nodes with \(group.model)" : group.model
        let most = "where \(share.count) of \(total) \(things) have \(share.value)"
        let isCard = GPUModel(product: group.model)?.isCard ?? false
        func finding(_ vote: Baseline.Vote, _ subject: String?, _ where: String) -> Finding {
            Finding(
                .warn, code: field.code, subject: subject,
                message: "\(field.title) \(vote.value)\(field.unit)\(`where`) \(most)",
                remedy: isCard ? field.cardRemedy ?? field.remedy : field.remedy)
        }
        if let first = odd.first, odd.count > 1, odd.count == count,
            odd.allSatisfy({ $0.value == first.value })
        {
            return [finding(first, nil, " on all \(count) GPUs")]
        }
        return odd.map { finding($0, $0.subject, "") }
    }
}
