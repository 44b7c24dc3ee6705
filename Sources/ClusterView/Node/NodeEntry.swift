import Acting
import History
package import SlurmModel
package import Terminal
import Verdicts

/// One node of `fleet.node/1`: its object of `fleet.status/1`, the jobs that hold it, and what its checks said last.
package struct NodeEntry: JSONWritable {
    private let node: Node
    private let jobs: [Job]
    private let verdict: LastVerdict?
    private let verdicts: [LastVerdict]
    private let attention: [AttentionGroup]

    /// Makes the entry of a node.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - status: The status it is of, with its jobs.
    package init(_ node: Node, in status: ClusterStatus) {
        self.node = node
        jobs = status.holders(of: node.name).sorted { $0.id < $1.id }
        verdicts = status.verdicts[node.name] ?? []
        verdict = LastVerdict.worst(verdicts)
        attention = AttentionGroup.groups(
            of: (status.matters[node.name] ?? []).map { (node.name, $0) })
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("attention") { $0.attention(attention) }
            writer.field("jobs") { writer in
                writer.array { writer in
                    for job in jobs { writer.element { Self.write(job, to: &$0) } }
                }
            }
            writer.field("last_verdict") { Self.write(verdict, to: &$0) }
            writer.field("node") { writer in
                var json = NodeJSON()
                json.write(node, to: &writer)
            }
            writer.field("verdicts") { $0.verdicts(verdicts) }
        }
    }

    private static func write(_ job: Job, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("account") { $0.value(job.account) }
            writer.field("completing") { $0.value(job.isCompleting) }
            writer.field("end") { $0.time(job.end) }
            writer.field("id") { $0.value(Int(job.id)) }
            writer.field("name") { $0.value(job.name) }
            writer.field("partition") { $0.value(job.partition) }
            writer.field("start") { $0.time(job.start) }
            writer.field("state") { $0.value(job.state.rawValue) }
            writer.field("user") { $0.value(job.user) }
        }
    }

    private static func write(_ verdict: LastVerdict?, to writer: inout JSONWriter) {
        guard let verdict else { return writer.null() }
        writer.object { writer in
            writer.field("check") { $0.value(verdict.check) }
            writer.field("message") { $0.value(verdict.message) }
            writer.field("run") { $0.value(verdict.run) }
            writer.field("time") { $0.time(verdict.time) }
            writer.field("verdict") { $0.value(verdict.verdict.rawValue) }
        }
    }
}
