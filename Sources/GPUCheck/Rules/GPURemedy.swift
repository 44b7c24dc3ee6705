/// The remedies for GPUs, so that the same action has the same words in every finding.
enum GPURemedy {
    static let reset = "reset the GPU, or reboot the node"
    static let drainAndReset = "drain the node, then reset the GPU or reboot the node"
    static let reboot = "reboot the node; if it comes back, replace the GPU"
    static let replace = "replace the GPU"
    static let cooling = "check the node's cooling"
    static let power = "check the node's power supply and cooling"
    static let fabric = "restart nvidia-fabricmanager, then reset the GPUs or reboot the node"
    static let fabricHealth = "look at the fabric manager's log, then reboot the node"
    static let links = "reset the GPUs, or reboot the node; if it comes back, replace the GPU"
    static let bridge = "reseat the NVLink bridge, or reboot the node"
    static let splitting =
        "create the MIG instances (nvidia-smi mig -cgi ... -C), or turn MIG off (nvidia-smi -mig 0)"
    static let gres = "correct the node's Gres in slurm.conf and gres.conf"
    /// Where cgroup.conf says `ConstrainDevices=yes`, only a job that holds the GPUs sees them.
    static let hidden = "check when the node is free, and not with --via direct"
    static let driver = "install or load the NVIDIA driver"
}
