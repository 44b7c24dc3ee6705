package import SlurmModel

/// The jobs that hold each node, in words for a row.
package struct Holders: Hashable, Sendable {
    private let jobs: [String: [Job]]
    private let clock: @Sendable (Int) -> String

    /// Sorts the jobs that hold nodes by node.
    ///
    /// - Parameters:
    ///   - jobs: slurmctld's jobs, with their nodes.
    ///   - clock: A moment in seconds since 1970 as people read it, such as `14:20`.
    package init(_ jobs: [Job], clock: @escaping @Sendable (Int) -> String) {
        var holders: [String: [Job]] = [:]
        for job in jobs where job.holdsNodes {
            for node in job.nodes { holders[node, default: []].append(job) }
        }
        self.jobs = holders
        self.clock = clock
    }

    /// Who holds the node, as in `job 1234 (ubuntu) until 14:20`; nil where no job does.
    package func words(for node: String) -> String? {
        guard let here = jobs[node]?.sorted(by: { ($0.end ?? .max) > ($1.end ?? .max) }),
            let last = here.first
        else { return nil }
        let user = last.user.map { " (\($0))" } ?? ""
        let end = last.end.map { " until \(clock($0))" } ?? ", without a time limit"
        let more = here.count > 1 ? " and \(here.count - 1) more" : ""
        return "job \(last.id)\(user)\(end)\(more)"
    }

    package static func == (left: Holders, right: Holders) -> Bool { left.jobs == right.jobs }
    package func hash(into hasher: inout Hasher) { hasher.combine(jobs) }
}
