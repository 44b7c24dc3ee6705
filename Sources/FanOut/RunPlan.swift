package import SlurmModel

/// What a run sends to each node, and where the records go.
package struct RunPlan: Codable, Hashable, Sendable {
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
    /// Slurm options for every job.
    package var options: JobOptions
    /// Which of a node's GPUs the job asks for.
    package var gpuRequest: GPURequest
    /// How long a job may wait for its node, in seconds.
    package var wait: Int

    /// Which GPUs a job asks Slurm for.
    package enum GPURequest: String, Codable, Hashable, Sendable {
        /// None.
        case none
        /// GPUs that no job holds: where Slurm confines devices, a job sees only the GPUs that it was given.
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
        options: JobOptions = JobOptions(), gpuRequest: GPURequest = .none, wait: Int = 30
    ) {
        self.id = id
        self.nonce = nonce
        self.directory = directory
        self.payload = payload
        self.environment = environment
        self.options = options
        self.gpuRequest = gpuRequest
        self.wait = wait
    }

    /// The name of the run's jobs, as squeue shows it.
    package var jobName: String { "\(options.namePrefix)-\(id)" }

    /// What a node's record must contain, for a job whose number may not be known yet.
    package func key(node: String, job: String = RecordKey.local) -> RecordKey {
        RecordKey(run: id.description, node: node, nonce: nonce, job: job)
    }

    /// The wrapper script for a node that shares the run directory.
    package func script(node: String, attempt: Int = 1) -> String {
        JobScript.text(
            payload: payload, key: key(node: node), attempt: attempt,
            carrier: .directory(directory))
    }

    /// The job for a node.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - dispatch: How it is reached.
    ///   - attempt: Which attempt it is, from 1 on.
    ///   - deadline: When Slurm drops the job if it could not end before, in seconds since 1970; nil for never.
    /// - Returns: The job, ready to be submitted.
    package func job(
        for node: Node, _ dispatch: Target.Dispatch, attempt: Int = 1, deadline: Int? = nil
    ) -> BatchJob {
        var job = BatchJob(
            name: jobName, node: node.name, partition: dispatch.partition,
            script: script(node: node.name, attempt: attempt),
            // Slurm's own messages about the job stay in slurmd's log. With a path in the run directory, the job
            // would fail without a reason on a node that does not share that directory.
            outputPath: "/dev/null", environment: environment,
            timeLimitMinutes: timeLimitMinutes(dispatch), deadline: deadline,
            memoryMiB: memory(of: node), gres: gres(of: node))
        job.account = options.account
        job.qos = options.qos
        job.reservation = options.reservation
        job.isExclusive = options.isExclusive || dispatch.isExclusive
        return job
    }

    /// Ends the job if fleet is gone: in minutes, longer than all that the wrapper may take.
    package var timeLimitMinutes: Int {
        let seconds = payload.timeout + Payload.killGrace + 30
        return (seconds + 59) / 60
    }

    /// The same for a node: where nobody set a limit, no more than its partition allows.
    package func timeLimitMinutes(_ dispatch: Target.Dispatch) -> Int {
        guard payload.isOpenEnded == true, let most = dispatch.maxMinutes else {
            return timeLimitMinutes
        }
        return max(1, min(most, timeLimitMinutes))
    }

    /// When Slurm is to drop a job that is submitted now and still waits then, in seconds since 1970.
    ///
    /// - Parameters:
    ///   - now: The time, in seconds since 1970.
    ///   - slack: Seconds for clocks that differ and for the submission of the other jobs.
    /// - Returns: The deadline.
    package func deadline(now: Int, slack: Int) -> Int {
        now + wait + slack + timeLimitMinutes * 60
    }

    /// The memory a job on a node asks for, in MiB; nil where the node's own is not known.
    func memory(of node: Node) -> Int? {
        if let asked = options.memoryMiB { return asked }
        return node.memory.total > 1 ? min(Self.memoryMiB, node.memory.total) : nil
    }

    /// The generic resources a job on a node asks for.
    func gres(of node: Node) -> String? {
        if let asked = options.gres { return asked }
        guard gpuRequest == .free, let gpus = Self.requestedGPUs(of: node) else { return nil }
        return gpus.type.map { "gpu:\($0):\(gpus.count)" } ?? "gpu:\(gpus.count)"
    }

    /// The GPUs that no job holds, which a probe may ask for; nil when there are none, or several types.
    ///
    /// How several types are written in one request differs between Slurm releases, and nodes usually have one type.
    package static func requestedGPUs(of node: Node) -> (type: String?, count: Int)? {
        guard node.gpus.count == 1, let gpus = node.gpus.first, gpus.total > gpus.used else {
            return nil
        }
        return (gpus.type, gpus.total - gpus.used)
    }
}
