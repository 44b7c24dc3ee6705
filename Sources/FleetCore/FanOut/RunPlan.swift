package import SlurmModel

/// What a run sends to each node, and where the records go.
package struct RunPlan: Hashable, Sendable {
    /// The run's name.
    package var id: RunID
    /// The run's nonce; see ``RecordKey/nonce``.
    package var nonce: String
    /// The run directory, absolute.
    package var directory: String
    /// What is run.
    package var payload: Payload
    /// The jobs' environment, each as `NAME=VALUE`.
    package var environment: [String]
    /// Which of a node's GPUs the job asks for.
    package var gpuRequest: GPURequest
    /// A job that has not started by then, in seconds since 1970, is not to start any more.
    package var lastStart: Int?

    /// Which GPUs a job asks Slurm for.
    package enum GPURequest: Hashable, Sendable {
        /// None.
        case none
        /// Those that no job holds: where devices are confined, a job sees only what it was given.
        case free
    }

    /// The memory a job asks for, in MiB.
    ///
    /// Enough for nvidia-smi and a package manager, and little enough to run
    /// beside other jobs. Without it Slurm may give the job all the memory of the node.
    private static let memoryMiB = 512

    /// Makes a plan.
    package init(
        id: RunID, nonce: String, directory: String, payload: Payload, environment: [String],
        gpuRequest: GPURequest = .none, lastStart: Int? = nil
    ) {
        self.id = id
        self.nonce = nonce
        self.directory = directory
        self.payload = payload
        self.environment = environment
        self.gpuRequest = gpuRequest
        self.lastStart = lastStart
    }

    /// The name of the run's jobs, as squeue shows it.
    package var jobName: String { "fleet-\(id)" }

    /// What a node's record must carry, before its job is known.
    package func key(node: String) -> RecordKey {
        RecordKey(run: id.description, node: node, nonce: nonce, job: "local")
    }

    /// The wrapper script for a node.
    package func script(node: String) -> String {
        JobScript.text(payload: payload, key: key(node: node), directory: directory)
    }

    /// The job for a node.
    package func job(for node: Node, partition: String) -> BatchJob {
        BatchJob(
            name: jobName, node: node.name, partition: partition,
            script: script(node: node.name),
            // Slurm's own messages about the job stay in slurmd's log: a path in the run directory would fail
            // the job, unexplained, where that directory is not shared.
            outputPath: "/dev/null", environment: environment,
            timeLimitMinutes: timeLimitMinutes,
            deadline: lastStart.map { $0 + timeLimitMinutes * 60 },
            memoryMiB: node.memory.total > 1 ? min(Self.memoryMiB, node.memory.total) : nil,
            gres: gres(of: node))
    }

    /// The backstop when fleet is gone: whole minutes above everything the wrapper may take.
    private var timeLimitMinutes: Int {
        let seconds = payload.timeout + Payload.killGrace + 30
        return (seconds + 59) / 60
    }

    private func gres(of node: Node) -> String? {
        guard gpuRequest == .free, let gpus = Self.requestedGPUs(of: node) else { return nil }
        return gpus.type.map { "gpu:\($0):\(gpus.count)" } ?? "gpu:\(gpus.count)"
    }

    /// The GPUs that no job holds, which a probe may ask for; nil where there are none, or several types:
    /// how several are written in one request differs by release, and one type is what nodes have.
    static func requestedGPUs(of node: Node) -> (type: String?, count: Int)? {
        guard node.gpus.count == 1, let gpus = node.gpus.first, gpus.total > gpus.used else {
            return nil
        }
        return (gpus.type, gpus.total - gpus.used)
    }
}
