import Acting
import History
import Platform
import SlurmKit
import Terminal
import Verdicts

extension JSONWriter {
    /// What needs attention, grouped, what weighs most first.
    mutating func attention(_ groups: [AttentionGroup]) {
        array { writer in
            for group in groups {
                writer.element { writer in
                    writer.object { writer in
                        let found = group.attention
                        writer.field("code") { $0.value(found.code.rawValue) }
                        writer.field("detail") { $0.value(found.detail) }
                        writer.field("nodes") { $0.strings(group.nodes) }
                        writer.field("remedies") { writer in
                            let list = ShellQuote.readable([Hostlist.fold(group.nodes)])
                            writer.strings(
                                found.remedies.map { $0.replacing("{nodes}", with: list) })
                        }
                        writer.field("severity") { $0.value(found.severity.rawValue) }
                        writer.field("since") { $0.time(group.earliest) }
                        writer.field("what") { $0.value(found.what) }
                    }
                }
            }
        }
    }

    /// Which nodes were checked; null where that was not found out.
    mutating func coverage(_ coverage: FleetCoverage?) {
        guard let coverage else { return null() }
        object { writer in
            writer.field("fresh") { $0.value(coverage.fresh) }
            writer.field("old") { $0.strings(coverage.old.map(\.node)) }
            writer.field("unchecked") { $0.strings(coverage.unchecked) }
            writer.field("users") { $0.strings(coverage.users) }
        }
    }

    /// What every check of some nodes said last.
    mutating func verdicts(_ verdicts: [LastVerdict]) {
        array { writer in
            for verdict in verdicts { writer.element { $0.verdict(verdict) } }
        }
    }

    private mutating func verdict(_ verdict: LastVerdict) {
        object { writer in
            writer.field("check") { $0.value(verdict.check) }
            writer.field("findings") { writer in
                writer.array { writer in
                    for finding in verdict.findings { writer.element { $0.finding(finding) } }
                }
            }
            writer.field("message") { $0.value(verdict.message) }
            writer.field("node") { $0.value(verdict.node) }
            writer.field("recent") { $0.value(verdict.recent) }
            writer.field("run") { $0.value(verdict.run) }
            writer.field("since") { $0.time(verdict.since) }
            writer.field("time") { $0.time(verdict.time) }
            writer.field("user") { $0.value(verdict.user) }
            writer.field("verdict") { $0.value(verdict.verdict.rawValue) }
        }
    }

    private mutating func finding(_ finding: HistoryFinding) {
        object { writer in
            writer.field("code") { $0.value(finding.code) }
            writer.field("message") { $0.value(finding.message) }
            writer.field("remedy") { $0.value(finding.remedy) }
            writer.field("severity") { $0.value(finding.severity.rawValue) }
            writer.field("subject") { $0.value(finding.subject) }
        }
    }
}
