import SlurmModel
import Terminal

extension Partition {
    /// Writes the partition with what its nodes have and give.
    func write(usage: PartitionUsage, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("access") { access.write(to: &$0) }
            writer.field("alternate") { $0.value(alternate) }
            writer.field("billing_weights") { $0.value(billingWeights) }
            writer.field("cpus") { writer in
                writer.object { writer in
                    writer.field("allocated") { $0.value(usage.cpusAllocated) }
                    writer.field("total") { $0.value(usage.cpus) }
                }
            }
            writer.field("default") { $0.value(isDefault) }
            writer.field("disable_root_jobs") { $0.value(refusesRoot) }
            writer.field("flags") { $0.strings(flags.map(\.rawValue)) }
            writer.field("gpus") { writer in
                writer.object { writer in
                    writer.field("total") { $0.value(usage.gpus) }
                    writer.field("used") { $0.value(usage.gpusUsed) }
                }
            }
            writer.field("hidden") { $0.value(isHidden) }
            writer.field("limits") { limits.write(to: &$0) }
            writer.field("max_minutes") { $0.value(maxMinutes) }
            writer.field("name") { $0.value(name) }
            writer.field("node_count") { $0.value(nodeCount) }
            writer.field("node_sets") { $0.value(nodeSets) }
            writer.field("nodes") { $0.value(nodes) }
            writer.field("oversubscribe") { $0.value(oversubscribe) }
            writer.field("power") { writer in
                writer.object { writer in
                    writer.field("resume_timeout_seconds") { $0.limit(resumeTimeoutSeconds) }
                    writer.field("suspend_seconds") { $0.limit(suspendSeconds) }
                    writer.field("suspend_timeout_seconds") { $0.limit(suspendTimeoutSeconds) }
                }
            }
            writer.field("preempt_mode") { $0.value(preemptMode) }
            writer.field("priority") { writer in
                writer.object { writer in
                    writer.field("job_factor") { $0.value(priorityJobFactor) }
                    writer.field("tier") { $0.value(priorityTier) }
                }
            }
            writer.field("qos") { $0.value(qos) }
            writer.field("root_only") { $0.value(isRootOnly) }
            writer.field("state") { $0.value(state.rawValue) }
            writer.field("topology") { $0.value(topology) }
            writer.field("tres") { $0.value(tres) }
        }
    }
}

extension PartitionAccess {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("allowed_accounts") { $0.strings(allowedAccounts) }
            writer.field("allowed_groups") { $0.strings(allowedGroups) }
            writer.field("allowed_qos") { $0.strings(allowedQOS) }
            writer.field("allowed_submit_nodes") { $0.value(allowedSubmitNodes) }
            writer.field("denied_accounts") { $0.strings(deniedAccounts) }
            writer.field("denied_qos") { $0.strings(deniedQOS) }
        }
    }
}

extension PartitionLimits {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("default_memory_mib") { defaultMemory.write(to: &$0) }
            writer.field("default_minutes") { $0.value(defaultMinutes) }
            writer.field("grace_seconds") { $0.value(graceSeconds) }
            writer.field("max_cpus_per_node") { $0.value(maxCPUsPerNode) }
            writer.field("max_cpus_per_socket") { $0.value(maxCPUsPerSocket) }
            writer.field("max_memory_mib") { maxMemory.write(to: &$0) }
            writer.field("max_nodes") { $0.value(maxNodes) }
            writer.field("min_nodes") { $0.value(minNodes) }
            writer.field("over_time_minutes") { $0.limit(overTimeMinutes) }
        }
    }
}

extension PartitionLimits.Memory? {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case nil: writer.null()
        case .perCPU(let amount):
            writer.object { $0.field("per_cpu") { $0.value(amount) } }
        case .perNode(let amount):
            writer.object { $0.field("per_node") { $0.value(amount) } }
        }
    }
}
