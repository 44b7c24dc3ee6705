import SlurmModel
import Verdicts

extension AttentionRules {
    /// How far the load may lie above the allocated CPUs: the 2.0 of pestat (Ole Holm Nielsen's Slurm_tools), and
    /// on large nodes a tenth of their CPUs, which daemons and file systems need at times.
    static func loadMargin(_ node: Node) -> Double {
        max(2, Double(node.cpus.total) / 10)
    }

    /// So long, in seconds, a load may be that of jobs that came or went: pestat's 900 s.
    static let loadGrace = 900

    /// Free memory below this share is told: pestat's 10 % would name every node whose page cache is warm.
    static let lowMemoryShare = 0.05

    static func hasOddLoad(_ node: Node) -> Bool {
        guard let load = node.cpus.load else { return false }
        return load > Double(node.cpus.allocated) + loadMargin(node)
    }

    /// Whether GPUs are allocated on a node that has no CPU allocated: a suspended job holds them, or no job does.
    static func hasUnusedGPUs(_ node: Node) -> Bool {
        node.cpus.allocated == 0 && !node.state.has(.completing)
            && node.gpus.contains { $0.used > 0 }
    }

    /// Processes that no job explains.
    func load(of node: Node) -> Attention? {
        guard Self.hasOddLoad(node), let load = node.cpus.load, !isGraced(node) else { return nil }
        return Attention(
            .warn, .load, "load far above the CPUs allocated",
            detail: "load \(Self.tenths(load)) on \(node.cpus.allocated) allocated "
                + "of \(node.cpus.total) CPUs",
            remedy: "look for processes of no job: fleet run -n {nodes} --shell "
                + "'ps -eo user,pid,pcpu,comm --sort=-pcpu | head'")
    }

    /// Whether jobs came or went so lately that the load may still be theirs.
    private func isGraced(_ node: Node) -> Bool {
        let recent = context.now - Self.loadGrace
        // While jobs run, Slurm says it was busy just now.
        if let busy = node.lastBusy, node.cpus.allocated == 0, busy > recent { return true }
        return (context.jobs?[node.name] ?? []).contains { job in
            (job.start ?? 0) > recent || (job.state.isFinal && (job.end ?? 0) > recent)
        }
    }

    /// GPUs that Slurm has given out and no job holds: no other job will get them.
    func leakedGPUs(on node: Node) -> Attention? {
        guard Self.hasUnusedGPUs(node), let jobs = context.jobs else { return nil }
        let holders = jobs[node.name] ?? []
        guard !holders.contains(where: { $0.holdsNodes || $0.isCompleting }) else { return nil }
        // Nodes and jobs are two questions: between them a job may have ended.
        guard !holders.contains(where: { ($0.end ?? 0) > context.now - 60 }) else { return nil }
        let used = node.gpus.reduce(0) { $0 + $1.used }
        let whose = context.seesAllJobs ? "no job holds" : "no job that you may see holds"
        return Attention(
            context.seesAllJobs ? .warn : .unknown, .leakedGPUs,
            "\(used) \(used == 1 ? "GPU" : "GPUs") allocated that \(whose)",
            remedy: "scontrol reconfigure makes slurmctld count them anew; "
                + "does it not, a restart of slurmctld does")
    }

    /// A slurmd of another release than most.
    func version(of node: Node) -> Attention? {
        guard let usual = context.usualVersion, let version = node.version, !version.isEmpty,
            version != usual
        else { return nil }
        return Attention(
            .warn, .version, "slurmd \(version), most nodes have \(usual)",
            remedy: "install slurmd \(usual) there and restart it")
    }

    /// Little free memory, which the page cache explains more often than not: no fault, but worth knowing.
    func memory(of node: Node) -> Attention? {
        // slurmd sends 0 where it could not find out.
        guard let free = node.memory.free, free > 0, node.memory.total > 0,
            Double(free) < Double(node.memory.total) * Self.lowMemoryShare
        else { return nil }
        return Attention(
            .info, .memory, "less than 5 % of the memory free; the page cache counts as used",
            remedy: "where jobs are killed for memory: fleet run -n {nodes} -- free -h")
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
